-- Codes and units: the base of each choice, its add-on, and the bundled code of a clinic once a month with a unit for
-- each distinct service, up to its cap.
-- key: person_no, practice_no, service, code
-- reads: line_choices, practice_modes, rule_services
with bundled as (
  select
    c.person_no, c.practice_no, c.base_code as code, max(c.service_day) as service_day, max(c.base_cents) as cents,
    min(s.precedence) as precedence,
    least(cast(count(1) as bigint), max(cast(m.month_units as bigint))) as units
  from line_choices c
  join practice_modes m on m.practice_no = c.practice_no and m.service = c.service
  join rule_services s
    on s.service = c.service and s.from_day <= c.service_day and s.to_day >= c.service_day
  where c.family = 'bundled'
  group by c.person_no, c.practice_no, c.base_code
)
select person_no, practice_no, service, performer, base_code as code, cast(1 as bigint) as units, service_day,
  base_cents as cents
from line_choices
where family <> 'bundled'
union all
select person_no, practice_no, service, performer, add_on_code as code, add_on_units as units, service_day,
  add_on_cents as cents
from line_choices
where family <> 'bundled' and add_on_units > 0
union all
select b.person_no, b.practice_no, s.service, 'staff' as performer, b.code, b.units, b.service_day, b.cents
from bundled b
join rule_services s
  on s.precedence = b.precedence and s.from_day <= b.service_day and s.to_day >= b.service_day
