-- Yields: which members were on whose panel on which days: assigned, a member and alive.
-- Key: person_id, from_day; a person's rows do not overlap. Inputs: member_days, assignment_days.
select
    member_days.person_id,
    assigned.pcp_id,
    greatest(member_days.from_day, assigned.from_day) as from_day,
    least(member_days.to_day, assigned.to_day) as to_day,
    member_days.group_name,
    member_days.risk,
    assigned.recorded_at
from member_days
join assignment_days as assigned
    on assigned.person_id = member_days.person_id
    and assigned.from_day <= member_days.to_day
    and assigned.to_day >= member_days.from_day
