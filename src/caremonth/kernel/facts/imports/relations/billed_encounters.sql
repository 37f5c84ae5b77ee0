-- Encounters that are a visit somebody bills, with the code that stands for them.
-- Key: encounter_id. An encounter without a code of its own is mapped by concept, class and age.
select
    e.encounter_id, e.person_id, e.organization_id, e.provider_id, e.class, e.service_date,
    coalesce(e.billed_code, m.billed_as) as code
from source_encounters as e
join source_people as p on p.person_id = e.person_id
left join encounter_codes as m
    on m.code = e.code and m.class = e.class
    and coalesce((e.service_date - p.birth_date) / 365.25, 40) >= m.from_age
    and coalesce((e.service_date - p.birth_date) / 365.25, 40) < m.to_age + 1
where coalesce(e.billed_code, m.billed_as) is not null and e.service_date is not null
