-- Yields: members on each panel on the day. Key: pcp. Inputs: current_panels.
select pcp, cast(count(*) as bigint) as members
from current_panels
group by pcp
