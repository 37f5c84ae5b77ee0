-- The practitioners who saw somebody in one of the practices, each in the practice where they did so most.
with seen as (
    select
        b.provider_id as staff_id,
        b.practice_id,
        count(*) as visits
    from billed_encounters as b
    where b.provider_id is not null
    group by all
),
ranked as (
    select *, row_number() over (partition by staff_id order by visits desc, practice_id) as place
    from seen
    where practice_id in (select practice_id from practices)
)
select
    r.staff_id, r.practice_id, p.name, case when p.npi_holds then p.npi end as npi, 'practitioner' as role
from ranked as r
left join source_providers as p on p.provider_id = r.staff_id
where r.place = 1
order by r.staff_id
