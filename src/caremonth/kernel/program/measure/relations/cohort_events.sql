-- Yields: the days that count towards each part of a measure's numerator. Key: measure, part, person_id, day.
-- Inputs: denominators, program_measure_parts, events.
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
