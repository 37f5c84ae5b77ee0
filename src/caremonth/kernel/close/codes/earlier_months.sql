-- Services the practice itself billed for a person before this month (collaborative care pays its first month apart).
-- key: person_id, practice_id, service
-- reads: other_claims, rule_codes
select distinct o.person_id, o.practice_id, r.service
from other_claims o
join rule_codes r on r.code = o.code and r.first_month <> 'any'
where o.service_date < :first_day and o.practice_id is not null
