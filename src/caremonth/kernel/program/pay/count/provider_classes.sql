-- Yields: a number for each combination of what rate cells may ask of a provider.
-- Key: provider_class. Inputs: provider_kinds.
with found as (
    select distinct panel_type, pcp_type, tier
    from provider_kinds
)

select
    panel_type,
    pcp_type,
    tier,
    cast(row_number() over (order by panel_type, pcp_type, tier) as bigint) as provider_class
from found
