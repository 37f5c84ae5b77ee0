-- Yields: people of a last_result measure: 1 where the latest result is of the second part, or where there is none.
-- Of two results on one day the second part's counts. Key: measure, person_id.
-- Inputs: denominators, program_measures, cohort_events.
with latest as (
    select
        measure,
        person_id,
        max(case when part = 0 then day else -1 end) as good_day,
        max(case when part = 1 then day else -1 end) as poor_day
    from cohort_events
    group by measure, person_id
)
select
    denominators.measure,
    denominators.person_id,
    denominators.age,
    cast(case
        when coalesce(latest.poor_day, -1) >= coalesce(latest.good_day, -1) then 1
        else 0
    end as bigint) as numerator,
    cast(1 as bigint) as denominator
from denominators
join program_measures as measures on measures.measure = denominators.measure and measures.kind = 'last_result'
left join latest on latest.measure = denominators.measure and latest.person_id = denominators.person_id
