-- How many chronic conditions each person has in the month.
-- key: person_no
-- reads: condition_categories
select person_no, cast(count(1) as bigint) as conditions from condition_categories group by person_no
