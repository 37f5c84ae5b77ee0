-- Yields: people whom a measure is about by what they were treated for: any of its signs on enough days.
-- Key: measure, person_id. Inputs: program_measure_signs, events. Parameter year_last.
with shown as (
    select
        signs.measure,
        signs.value_set,
        signs.least,
        events.person_id,
        cast(count(*) as bigint) as times
    from program_measure_signs as signs
    join events
        on events.value_set = signs.value_set
        and events.day between signs.first_day and :year_last
    group by signs.measure, signs.value_set, signs.least, signs.first_day, events.person_id
)
select distinct
    measure,
    person_id
from shown
where times >= least
