-- The practice of each person: the organization with most of the person's primary-care visits, the later one
-- in a tie. Where one practice was named, everybody is its patient.
-- Key: person_id.
with visited as (
    select person_id, practice_id, count(*) as visits, max(service_date) as last_visit
    from billed_encounters
    where class in (select class from primary_care_classes) and practice_id is not null
    group by person_id, practice_id
),
ranked as (
    select
        person_id, practice_id,
        row_number() over (
            partition by person_id order by visits desc, last_visit desc, practice_id
        ) as place
    from visited
)
select distinct
    p.person_id,
    coalesce((select one_practice from options), r.practice_id) as practice_id
from source_people as p
left join ranked as r on r.person_id = p.person_id and r.place = 1
