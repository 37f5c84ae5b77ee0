-- Services of the rulebook that are billed because a visit row documents them (G0506, 99453 …), in the month.
-- key: care_no, code, service_day
-- reads: person_visits, rule_codes, services
select distinct v.panel_no + s.service_no as care_no, v.code, v.service_day
from person_visits v
join rule_codes r on r.code = v.code and r.basis = 'documented'
join services s on s.service = r.service
where v.service_day >= :first_day
