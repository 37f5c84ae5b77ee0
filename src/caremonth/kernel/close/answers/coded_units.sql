-- Codes and units: the base of each choice, its add-on, and the bundled code of a clinic once a month with a unit for
-- each distinct service, up to its cap, on the day and at the amount of the last unit billed.
-- key: care_no, code, service_day
-- reads: line_choices, care_months, services, practice_modes, rule_services
with numbered as (
  select
    n.panel_no, c.base_code, c.service_day, c.base_cents, s.precedence, m.month_units,
    row_number() over (partition by n.panel_no, c.base_code order by c.service_day, s.precedence) as place
  from line_choices c
  join care_months n on n.care_no = c.care_no
  join practice_modes m on m.practice_no = n.practice_no and m.service = n.service
  join rule_services s
    on s.service = n.service and s.from_day <= c.service_day and s.to_day >= c.service_day
  where c.family = 'bundled'
),
capped as (
  select
    panel_no, base_code, service_day, base_cents, precedence, place,
    max(place) over (partition by panel_no, base_code) as units
  from numbered
  where place <= month_units
),
bundled as (
  select
    panel_no, base_code as code, cast(max(units) as bigint) as units, max(service_day) as service_day,
    max(case when place = units then base_cents end) as cents, min(precedence) as precedence
  from capped
  group by panel_no, base_code
)
select care_no, base_code as code, cast(1 as bigint) as units, service_day, base_cents as cents
from line_choices
where family <> 'bundled'
union all
select care_no, add_on_code as code, add_on_units as units, service_day, add_on_cents as cents
from line_choices
where family <> 'bundled' and add_on_units > 0
union all
select b.panel_no + n.service_no as care_no, b.code, b.units, b.service_day, b.cents
from bundled b
join rule_services s
  on s.precedence = b.precedence and s.from_day <= b.service_day and s.to_day >= b.service_day
join services n on n.service = s.service
