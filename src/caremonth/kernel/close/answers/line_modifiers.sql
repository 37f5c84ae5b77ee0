-- Modifier 59 for the second code of a pair that may be unbundled, where the month bills both on one day: their minutes
-- are never the same ones.
-- key: care_no, code, service_day
-- kept: always (few rows, which its reader cannot know: it would put all lines into memory to look them up)
-- reads: coded_units, care_months, rule_code_pairs
with billed as (
  select distinct code from coded_units
),
pairs as (
  select r.column1, r.column2, r.from_day, r.to_day
  from rule_code_pairs r
  join billed a on a.code = r.column1
  join billed b on b.code = r.column2
  where r.modifier_allowed
),
pair_codes as (
  select column1 as code from pairs
  union
  select column2 as code from pairs
),
paired as (
  select u.care_no, m.panel_no, u.code, u.service_day
  from pair_codes r
  join coded_units u on u.code = r.code
  join care_months m on m.care_no = u.care_no
)
select distinct s.care_no, s.code, s.service_day, '59' as modifiers
from pairs r
join paired s on s.code = r.column2 and r.from_day <= s.service_day and r.to_day >= s.service_day
join paired f on f.code = r.column1 and f.panel_no = s.panel_no and f.service_day = s.service_day
