-- Yields: each person of a measure's denominator and whether every part of the numerator was met (1 or 0).
-- Key: measure, person_id. Inputs: denominators, program_measure_parts, event_counts.
with met as (
    select
        counts.measure,
        counts.person_id,
        cast(count(*) as bigint) as parts_met
    from event_counts as counts
    join program_measure_parts as parts on parts.measure = counts.measure and parts.part = counts.part
    where counts.times >= parts.least
    group by counts.measure, counts.person_id
),
wanted as (
    select
        measure,
        cast(count(*) as bigint) as parts
    from program_measure_parts
    group by measure
)
select
    denominators.measure,
    denominators.person_id,
    denominators.age,
    cast(case when coalesce(met.parts_met, 0) = wanted.parts then 1 else 0 end as bigint) as numerator,
    cast(1 as bigint) as denominator
from denominators
join wanted on wanted.measure = denominators.measure
left join met on met.measure = denominators.measure and met.person_id = denominators.person_id
