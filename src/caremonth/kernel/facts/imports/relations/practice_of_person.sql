-- The practice of each person: the organization with most of the person's primary-care visits, the later one
-- in a tie. With one practice for all (`:practice_id`), everybody is its patient.
-- Key: person_id.
with visited as (
    select person_id, organization_id, count(*) as visits, max(service_date) as last_visit
    from billed_encounters
    where class in (select class from primary_care_classes) and organization_id is not null
    group by person_id, organization_id
),
ranked as (
    select
        person_id, organization_id,
        row_number() over (
            partition by person_id order by visits desc, last_visit desc, organization_id
        ) as place
    from visited
)
select
    p.person_id,
    case when (select one_practice from options) is not null then (select one_practice from options)
         else r.organization_id end as practice_id
from source_people as p
left join ranked as r on r.person_id = p.person_id and r.place = 1
