-- Services of the rulebook that are billed because a visit row documents them (G0506, 99453 …), in the month.
-- key: person_no, practice_no, code, service_day
-- reads: person_visits, rule_codes
select distinct v.person_no, v.practice_no, r.service, v.code, v.service_day
from person_visits v
join rule_codes r on r.code = v.code and r.basis = 'documented'
where v.service_day >= :first_day
