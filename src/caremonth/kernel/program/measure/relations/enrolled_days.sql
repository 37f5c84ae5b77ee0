-- Yields: the days on which each person was covered and alive, in pieces that do not overlap.
-- Key: person_id, from_day. Inputs: eligibility_days, eligibility_classes, person_numbers, last_days,
-- program_uncovered_groups.
select
    person_numbers.person_id,
    eligible.from_day,
    least(eligible.to_day, coalesce(last_days.last_day, eligible.to_day)) as to_day
from eligibility_days as eligible
join eligibility_classes on eligibility_classes.class = eligible.class
join person_numbers on person_numbers.person = eligible.person
left join program_uncovered_groups as uncovered on uncovered.group_name = eligibility_classes.group_name
left join last_days on last_days.person = eligible.person
where uncovered.group_name is null
    and coalesce(last_days.last_day, eligible.from_day) >= eligible.from_day
