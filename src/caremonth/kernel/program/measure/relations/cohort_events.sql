-- Yields: the days that count towards each part of a measure's numerator, from the part's own beginning where it has one.
-- Key: measure, part, person_id, day. Inputs: denominators, program_measure_parts, events, birthdays.
select
    denominators.measure,
    parts.part,
    denominators.person_id,
    events.day
from denominators
join program_measure_parts as parts on parts.measure = denominators.measure
join events
    on events.value_set = parts.value_set
    and events.person_id = denominators.person_id
    and events.day between denominators.event_from and denominators.event_to
left join birthdays as begins on begins.person_id = denominators.person_id and begins.years = parts.start_years
where events.day >= coalesce(begins.day + parts.start_days, denominators.event_from)
