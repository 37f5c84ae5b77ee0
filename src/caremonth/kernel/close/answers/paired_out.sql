-- Codes of the month that another of its codes includes when both bear one day, and no modifier parts the two: the second
-- of the pair is not billed beside the first. `add_on` = 1: the add-on of its choice, else the base.
-- key: care_no, slot, add_on
-- reads: standing_choices, care_months, rule_code_pairs
with coded as (
  select care_no, slot, 0 as add_on, base_code as code, service_day from standing_choices
  union all
  select care_no, slot, 1 as add_on, add_on_code as code, service_day
  from standing_choices
  where add_on_units > 0
),
billed as (
  select distinct code from coded
),
pairs as (
  select r.column1, r.column2, r.from_day, r.to_day
  from rule_code_pairs r
  join billed a on a.code = r.column1
  join billed b on b.code = r.column2
  where not r.modifier_allowed
),
pair_codes as (
  select column1 as code from pairs
  union
  select column2 as code from pairs
),
paired as (
  select c.care_no, m.panel_no, c.slot, c.add_on, c.code, c.service_day
  from pair_codes r
  join coded c on c.code = r.code
  join care_months m on m.care_no = c.care_no
)
select s.care_no, s.slot, s.add_on, s.code, min(f.code) as other_code
from pairs r
join paired s on s.code = r.column2 and r.from_day <= s.service_day and r.to_day >= s.service_day
join paired f on f.code = r.column1 and f.panel_no = s.panel_no and f.service_day = s.service_day
group by s.care_no, s.slot, s.add_on, s.code
