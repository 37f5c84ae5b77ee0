-- Visits elsewhere, which others have billed, and services that the source holds as claims.
with billed as (
    select person_id, code, service_date, organization_id, 'visit elsewhere' as source
    from billed_encounters
    where practice_id is null or practice_id not in (select practice_id from practices)
    union all
    select person_id, code, service_date, organization_id, source from source_claims
)
select distinct
    b.person_id, b.code, b.service_date, p.practice_id, case when o.npi_holds then o.npi end as npi, b.source
from billed as b
join source_people as who on who.person_id = b.person_id
left join practices as p on p.practice_id = b.organization_id
left join source_organizations as o on o.organization_id = b.organization_id
where b.service_date is not null
order by all
