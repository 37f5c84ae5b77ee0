-- Encounters that are a visit somebody bills, with the code that stands for them.
-- `practice_id` is who saw the person: the one practice that was named, if the source does not know it by its id.
-- Key: encounter_id. An encounter without a code of its own is mapped by concept, class and age.
with named as (
    select one_practice from options
    where one_practice not in (select organization_id from source_encounters where organization_id is not null)
)
select
    e.encounter_id, e.person_id, e.organization_id, e.provider_id,
    coalesce((select one_practice from named), e.organization_id) as practice_id, e.class, e.service_date,
    coalesce(e.billed_code, m.billed_as) as code
from source_encounters as e
join source_people as p on p.person_id = e.person_id
left join encounter_codes as m
    on m.code = e.code and m.class = e.class
    and coalesce((e.service_date - p.birth_date) / 365.25, 40) >= m.from_age
    and coalesce((e.service_date - p.birth_date) / 365.25, 40) < m.to_age + 1
where coalesce(e.billed_code, m.billed_as) is not null and e.service_date is not null
