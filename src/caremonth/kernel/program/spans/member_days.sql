-- Yields: who was a member on which days: eligible in a group that takes part, and alive (the day of death counts).
-- Key: person_id, from_day; a person's rows do not overlap.
-- Inputs: eligibility_days, last_days, program_groups.
select
    eligible.person_id,
    greatest(eligible.from_day, program_groups.from_day) as from_day,
    least(eligible.to_day, program_groups.to_day, coalesce(last_days.last_day, eligible.to_day)) as to_day,
    eligible.group_name,
    eligible.risk
from eligibility_days as eligible
join program_groups
    on program_groups.group_name = eligible.group_name
    and program_groups.from_day <= eligible.to_day
    and program_groups.to_day >= eligible.from_day
left join last_days on last_days.person_id = eligible.person_id
where coalesce(last_days.last_day, eligible.to_day) >= greatest(eligible.from_day, program_groups.from_day)
