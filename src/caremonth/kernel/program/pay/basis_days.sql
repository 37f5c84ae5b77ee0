-- Yields: the days that may count, for both bases: `assigned` (on a panel) and `members` (on a panel or not).
-- Key: basis, person_id, from_day. Inputs: panel_days, member_days.
select 'assigned' as basis, person_id, pcp_id, from_day, to_day, group_name, risk, recorded_at
from panel_days
union all
select 'members' as basis, person_id, '' as pcp_id, from_day, to_day, group_name, risk, 0 as recorded_at
from member_days
