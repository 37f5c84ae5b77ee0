-- Yields: for each age band and line of CMS-416 that counts services: children of line 1b who had one, services (days),
-- and children who had one of which the claims do not tell enough and none that counts. Key: band, cms_line.
-- Inputs: screening_people, screening_services, program_screening_services.
select
    people.band,
    services.cms_line,
    cast(sum(case when had.days > 0 then 1 else 0 end) as bigint) as people,
    cast(sum(had.days) as bigint) as days,
    cast(sum(case when had.days = 0 then 1 else 0 end) as bigint) as untold_people
from screening_people as people
join screening_services as had on had.person_id = people.person_id
join program_screening_services as services on services.cms_line = had.cms_line
where people.continuously = 1
group by people.band, services.cms_line
