-- Services the practice itself billed for a person before this month (collaborative care pays its first month apart, by
-- its own codes and by a clinic's bundled code).
-- key: care_no
-- reads: person_claims, rule_codes, rule_kinds, services
select o.panel_no + s.service_no as care_no
from person_claims o
join rule_codes r on r.code = o.code and r.first_month <> 'any'
join services s on s.service = r.service
where o.service_day < :first_day and o.practice_no <> 0
union
select o.panel_no + s.service_no as care_no
from person_claims o
join rule_kinds k on k.code = o.code and k.later_seconds <> k.seconds
join services s on s.service = k.service
where o.service_day < :first_day and o.practice_no <> 0
