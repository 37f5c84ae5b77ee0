-- Services of the rulebook that are billed because a visit row documents them (G0506, 99453 …), in the month.
-- key: person_id, practice_id, code, service_day
-- reads: visits, people, rule_codes
select distinct
  v.person_id,
  coalesce(v.practice_id, p.practice_id) as practice_id,
  r.service,
  v.code,
  v.service_date as service_day
from visits v
join people p on p.person_id = v.person_id
join rule_codes r on r.code = v.code and r.basis = 'documented'
where v.service_date >= :first_day and v.service_date <= :last_day
