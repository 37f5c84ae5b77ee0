-- Yields: the providers on the day, as assignment asks of them. Key: pcp.
-- Inputs: pcps, provider_numbers, panel_sizes, leaving.
select
    numbers.pcp,
    pcps.pcp_id,
    coalesce(pcps.type, '') as type,
    pcps.fte,
    pcps.panel_limit,
    pcps.open,
    coalesce(pcps.min_age, 0) as min_age,
    coalesce(pcps.max_age, 999) as max_age,
    coalesce(pcps.sexes, '') as sexes,
    coalesce(pcps.languages, '') as languages,
    pcps.latitude,
    pcps.longitude,
    coalesce(pcps.county_fips, '') as county_fips,
    coalesce(panel_sizes.members, 0) as members,
    leaving.pcp is not null as leaving
from pcps
join provider_numbers as numbers on numbers.pcp_id = pcps.pcp_id
left join panel_sizes on panel_sizes.pcp = numbers.pcp
left join leaving on leaving.pcp = numbers.pcp
