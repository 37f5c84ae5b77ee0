-- Codes of the month that another of its codes includes when both bear one day, and no modifier parts the two: the second
-- of the pair is not billed beside the first. `add_on` = 1: the add-on of its choice, else the base.
-- key: person_no, practice_no, service, slot, add_on
-- reads: standing_choices, rule_code_pairs
with coded as (
  select person_no, practice_no, service, slot, 0 as add_on, base_code as code, service_day from standing_choices
  union all
  select person_no, practice_no, service, slot, 1 as add_on, add_on_code as code, service_day
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
)
select s.person_no, s.practice_no, s.service, s.slot, s.add_on, s.code, min(f.code) as other_code
from pairs r
join coded s on s.code = r.column2 and r.from_day <= s.service_day and r.to_day >= s.service_day
join coded f
  on f.code = r.column1 and f.person_no = s.person_no and f.practice_no = s.practice_no and f.service_day = s.service_day
group by s.person_no, s.practice_no, s.service, s.slot, s.add_on, s.code
