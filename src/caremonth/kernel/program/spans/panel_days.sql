-- Yields: which members were on whose panel on which days: assigned, a member and alive.
-- Key: person, from_day; a person's rows do not overlap. Inputs: member_days, assignment_days.
select
    member_days.person,
    assigned.pcp,
    greatest(member_days.from_day, assigned.from_day) as from_day,
    least(member_days.to_day, assigned.to_day) as to_day,
    member_days.class,
    assigned.recorded_at
from member_days
join assignment_days as assigned
    on assigned.person = member_days.person
    and assigned.from_day <= member_days.to_day
    and assigned.to_day >= member_days.from_day
