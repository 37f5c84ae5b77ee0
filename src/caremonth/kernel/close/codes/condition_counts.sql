-- How many chronic conditions each person has in the month, as a claim can show them: categories of one disease (the
-- dementias) are one condition, and a code that names two diseases (E11.22) is one until a second code stands beside it.
-- key: person_no
-- reads: condition_categories, condition_codes
with diseases as (
  select c.person_no, k.disease_no, min(c.condition_no) as condition_no
  from condition_categories c
  join condition_codes k on k.condition_no = c.condition_no
  group by c.person_no, k.disease_no
),
shown as (
  select distinct d.person_no, k.shown_no
  from diseases d
  join condition_codes k on k.condition_no = d.condition_no
)
select person_no, cast(count(1) as bigint) as conditions
from shown
group by person_no
