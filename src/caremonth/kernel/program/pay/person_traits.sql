-- Yields: what rate cells may ask of a person, as one text: sex, pregnant, SSI, foster care, tribal member.
-- Key: person_id. Inputs: people. Parameters: unknown_day (stands for an unknown day of birth).
select
    person_id,
    coalesce(birth_date, :unknown_day) as birth_day,
    coalesce(sex, 'U')
        || case when pregnant then 'P' else '-' end
        || case when ssi then 'S' else '-' end
        || case when foster then 'F' else '-' end
        || case when tribal then 'T' else '-' end as traits
from people
