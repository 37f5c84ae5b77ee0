-- How many chronic conditions each person has in the month.
-- key: person_id
-- reads: condition_categories
select person_id, cast(count(1) as bigint) as conditions from condition_categories group by person_id
