-- How many chronic conditions each person has in the month, as a claim can show them: a code that names two diseases
-- (E11.22) is one condition until a second code stands beside it.
-- key: person_no
-- reads: condition_categories
select person_no, cast(count(distinct coalesce(diagnosis, category)) as bigint) as conditions
from condition_categories
group by person_no
