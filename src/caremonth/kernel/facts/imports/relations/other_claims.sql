-- Visits elsewhere, which others have billed, and claims that the source holds as such.
select distinct b.person_id, b.code, b.service_date, cast(null as varchar) as practice_id, o.npi, 'visit elsewhere' as source
from billed_encounters as b
left join (select organization_id, case when npi_holds then npi end as npi from source_organizations) as o
    on o.organization_id = b.organization_id
where (select one_practice from options) is null
    and (b.organization_id is null or b.organization_id not in (select practice_id from practices))
order by all
