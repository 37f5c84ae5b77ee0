-- One practice for each organization that is somebody's practice, or the one that was named.
select
    used.practice_id, o.name, case when o.npi_holds then o.npi end as npi,
    (select practice_kind from options) as kind, (select time_zone from options) as time_zone
from (select distinct practice_id from practice_of_person where practice_id is not null) as used
left join source_organizations as o on o.organization_id = used.practice_id
order by used.practice_id
