-- add-on-needs-base: a documented add-on stands on the same day as a visit it may be added to.
-- reads: care_months, choices, person_visits, rule_code_sets
with bases as (
  select distinct set_name from rule_code_sets
),
add_ons as (
  select h.care_no, h.slot, h.base_code, h.service_day, b.set_name
  from choices h
  join bases b on b.set_name = h.family || '_base'
)
select h.care_no, h.slot, 'add-on-needs-base' as rule, 'no' as verdict,
  h.base_code || ' without its base service that day' as observed, 'a base visit on the same day' as required
from add_ons h
join care_months m on m.care_no = h.care_no
where not exists (
  select 1
  from person_visits v
  join rule_code_sets s on s.code = v.code
  where s.set_name = h.set_name and v.panel_no = m.panel_no and v.service_day = h.service_day
)
