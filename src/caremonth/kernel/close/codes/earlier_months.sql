-- Services the practice itself billed for a person before this month (collaborative care pays its first month apart).
-- key: person_no, practice_no, service
-- reads: person_claims, rule_codes
select distinct o.person_no, o.practice_no, r.service
from person_claims o
join rule_codes r on r.code = o.code and r.first_month <> 'any'
where o.service_day < :first_day and o.practice_no <> 0
