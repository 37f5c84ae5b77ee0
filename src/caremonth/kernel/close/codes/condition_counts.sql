-- How many chronic conditions each person has in the month, as a claim can show them: categories of one disease (the
-- dementias) are one condition, and a code that names two diseases (E11.22) is one until a second code stands beside it.
-- key: person_no
-- reads: condition_categories
with diseases as (
  select person_no, counts_as, substr(min(ranked_diagnosis), 2) as diagnosis
  from condition_categories
  group by person_no, counts_as
)
select person_no, cast(count(distinct coalesce(diagnosis, counts_as)) as bigint) as conditions
from diseases
group by person_no
