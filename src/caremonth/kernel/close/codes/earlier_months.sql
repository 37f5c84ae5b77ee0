-- Services the practice itself billed for a person before this month (collaborative care pays its first month apart, by
-- its own codes and by a clinic's bundled code).
-- key: person_no, practice_no, service
-- reads: person_claims, rule_codes, rule_kinds
select o.person_no, o.practice_no, r.service
from person_claims o
join rule_codes r on r.code = o.code and r.first_month <> 'any'
where o.service_day < :first_day and o.practice_no <> 0
union
select o.person_no, o.practice_no, k.service
from person_claims o
join rule_kinds k on k.code = o.code and k.later_seconds <> k.seconds
where o.service_day < :first_day and o.practice_no <> 0
