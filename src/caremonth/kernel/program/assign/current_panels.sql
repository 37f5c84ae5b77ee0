-- Yields: who is on whose panel on the day (people who died before it are on none).
-- Key: person. Inputs: assignment_days, last_days. Parameters: on_day.
select assigned.person, assigned.pcp
from assignment_days as assigned
left join last_days on last_days.person = assigned.person
where assigned.from_day <= :on_day
    and assigned.to_day >= :on_day
    and coalesce(last_days.last_day, :on_day) >= :on_day
