-- Yields: which provider numbers belong to which group; a primary care provider without a group is its own.
-- Key: group_id, npi. Inputs: pcps, providers.
select
    coalesce(group_id, pcp_id) as group_id,
    npi
from pcps
where npi is not null
union
select
    group_id,
    npi
from providers
where group_id is not null
