-- Codes of the month that another of its codes includes when both bear one day, and no modifier parts the two: the second
-- of the pair is not billed beside the first. `add_on` = 1: the add-on of its choice, else the base. (An add-on and its own
-- base are no such pair, so that only people with several choices are looked at.)
-- key: care_no, slot, add_on
-- reads: standing_choices, care_months, rule_code_pairs
with placed as (
  select s.care_no, c.panel_no, s.slot, s.base_code, s.add_on_code, s.add_on_units, s.service_day
  from standing_choices s
  join care_months c on c.care_no = s.care_no
),
several as (
  select panel_no from placed group by panel_no having cast(count(1) as bigint) > 1
),
coded as (
  select p.care_no, p.panel_no, p.slot, 0 as add_on, p.base_code as code, p.service_day
  from placed p
  join several s on s.panel_no = p.panel_no
  union all
  select p.care_no, p.panel_no, p.slot, 1 as add_on, p.add_on_code as code, p.service_day
  from placed p
  join several s on s.panel_no = p.panel_no
  where p.add_on_units > 0
)
select s.care_no, s.slot, s.add_on, s.code, min(f.code) as other_code
from coded s
join coded f on f.panel_no = s.panel_no and f.service_day = s.service_day
join rule_code_pairs r
  on r.column1 = f.code and r.column2 = s.code and r.from_day <= s.service_day and r.to_day >= s.service_day
where not r.modifier_allowed
group by s.care_no, s.slot, s.add_on, s.code
