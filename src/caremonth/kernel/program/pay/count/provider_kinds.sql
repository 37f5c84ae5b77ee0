-- Yields: each provider's panel type (by the ages it takes), type and tier. Key: pcp.
-- Inputs: pcps, provider_numbers. Parameters: child_until (last age of a child), adult_from (first age of an adult).
select
    numbers.pcp,
    pcps.pcp_id,
    coalesce(pcps.group_id, pcps.pcp_id) as group_id,
    case
        when coalesce(pcps.max_age, 999) <= :child_until then 'children_only'
        when coalesce(pcps.min_age, 0) >= :adult_from then 'adults_only'
        else 'all_ages'
    end as panel_type,
    coalesce(pcps.type, '') as pcp_type,
    coalesce(pcps.tier, '') as tier
from pcps
join provider_numbers as numbers on numbers.pcp_id = pcps.pcp_id
