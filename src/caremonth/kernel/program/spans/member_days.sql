-- Yields: who was a member on which days: eligible in a group that takes part, and alive (the day of death counts).
-- Key: person, from_day; a person's rows do not overlap. Inputs: eligibility_days, last_days, class_days.
select
    eligible.person,
    greatest(eligible.from_day, class_days.from_day) as from_day,
    least(eligible.to_day, class_days.to_day, coalesce(last_days.last_day, eligible.to_day)) as to_day,
    eligible.class
from eligibility_days as eligible
join class_days
    on class_days.class = eligible.class
    and class_days.from_day <= eligible.to_day
    and class_days.to_day >= eligible.from_day
left join last_days on last_days.person = eligible.person
where coalesce(last_days.last_day, eligible.to_day) >= greatest(eligible.from_day, class_days.from_day)
