-- Modifier 59 for the second code of a pair that may be unbundled, where the month bills both on one day: their minutes
-- are never the same ones.
-- key: person_no, practice_no, code, service_day
-- reads: coded_units, rule_code_pairs
with billed as (
  select distinct code from coded_units
),
pairs as (
  select r.column1, r.column2, r.from_day, r.to_day
  from rule_code_pairs r
  join billed a on a.code = r.column1
  join billed b on b.code = r.column2
  where r.modifier_allowed
)
select distinct s.person_no, s.practice_no, s.code, s.service_day, '59' as modifiers
from pairs r
join coded_units s on s.code = r.column2 and r.from_day <= s.service_day and r.to_day >= s.service_day
join coded_units f
  on f.code = r.column1 and f.person_no = s.person_no and f.practice_no = s.practice_no and f.service_day = s.service_day
