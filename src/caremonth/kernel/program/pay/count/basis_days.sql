-- Yields: the days that may count, for both bases: 1 assigned (on a panel), 2 members (on a panel or not).
-- Key: basis, person, from_day. Inputs: panel_days, member_days.
select 1 as basis, person, pcp, from_day, to_day, class, recorded_at
from panel_days
union all
select 2 as basis, person, 0 as pcp, from_day, to_day, class, 0 as recorded_at
from member_days
