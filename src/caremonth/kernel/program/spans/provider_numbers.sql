-- Yields: a number for each provider. Key: pcp; pcp_id. Inputs: pcps.
select pcp_id, cast(row_number() over (order by pcp_id) as bigint) as pcp
from pcps
