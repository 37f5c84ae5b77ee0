-- Yields: the providers whose panels the members of a household are on. Key: household_id, pcp.
-- Inputs: concerned, current_panels, leaving.
select concerned.household_id, current_panels.pcp, cast(count(*) as bigint) as members
from concerned
join current_panels on current_panels.person = concerned.person
left join leaving on leaving.pcp = current_panels.pcp
where concerned.household_id <> '' and leaving.pcp is null
group by concerned.household_id, current_panels.pcp
