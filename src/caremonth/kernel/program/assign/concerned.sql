-- Yields: the people of the pool and everybody in their households, with the household.
-- Key: person. Inputs: pool, people, person_numbers.
with households as (
    select distinct household_id
    from pool
    where household_id <> ''
)

select numbers.person, coalesce(people.household_id, '') as household_id
from people
join person_numbers as numbers on numbers.person_id = people.person_id
left join households on households.household_id = people.household_id
left join pool on pool.person = numbers.person
where households.household_id is not null or pool.person is not null
