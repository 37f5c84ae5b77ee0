-- Yields: what rate cells may ask of a provider, as one text (panel type, provider type, tier), and who is paid.
-- Key: pcp_id. Inputs: pcps. Parameters: child_until (last age of a child), adult_from (first age of an adult).
select
    pcp_id,
    coalesce(group_id, pcp_id) as group_id,
    coalesce(tier, '') as tier,
    case
        when coalesce(max_age, 999) <= :child_until then 'children_only'
        when coalesce(min_age, 0) >= :adult_from then 'adults_only'
        else 'all_ages'
    end || ';' || coalesce(type, '') || ';' || coalesce(tier, '') as traits
from pcps
