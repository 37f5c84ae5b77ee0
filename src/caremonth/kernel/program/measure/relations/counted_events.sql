-- Yields: how many emergency visits or admissions of the year each measure counts for a person.
-- Key: measure, person_id. Inputs: program_measures, program_measure_parts, emergency_days, stays, events,
-- program_value_sets. Parameters year_first, year_last.
select
    measures.measure,
    days.person_id,
    cast(count(*) as bigint) as times
from program_measures as measures
join emergency_days as days on days.day between :year_first and :year_last
left join program_measure_parts as parts on parts.measure = measures.measure
left join events
    on events.value_set = parts.value_set
    and events.person_id = days.person_id
    and events.day = days.day
where measures.kind = 'emergency_visits'
    and (parts.measure is null or events.person_id is not null)
group by measures.measure, days.person_id
union all
select
    measures.measure,
    stays.person_id,
    cast(count(distinct stays.admitted) as bigint) as times
from program_measures as measures
join program_measure_parts as parts on parts.measure = measures.measure
join program_value_sets as sets on sets.value_set = parts.value_set and sets.field = 'diagnosis'
join stays
    on stays.principal like sets.first_value || '%'
    and stays.admitted between sets.from_day and sets.to_day
    and stays.admitted between :year_first and :year_last
where measures.kind = 'admissions'
group by measures.measure, stays.person_id
