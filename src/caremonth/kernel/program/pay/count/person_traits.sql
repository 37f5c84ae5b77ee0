-- Yields: what rate cells may ask of a person, as one number: sex (0 unknown, 1 F, 2 M) × 16, plus 8 pregnant,
-- 4 SSI, 2 foster care, 1 tribal member. Key: person. Inputs: people, person_numbers.
-- Parameters: unknown_day (stands for an unknown day of birth).
select
    numbers.person,
    coalesce(people.birth_date, :unknown_day) as birth_day,
    case people.sex when 'F' then 16 when 'M' then 32 else 0 end
        + case when people.pregnant then 8 else 0 end
        + case when people.ssi then 4 else 0 end
        + case when people.foster then 2 else 0 end
        + case when people.tribal then 1 else 0 end as traits
from people
join person_numbers as numbers on numbers.person_id = people.person_id
