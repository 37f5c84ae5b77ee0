-- Yields: the cohort members who were enrolled from end to end, but for the gaps that the measure forgives, and who
-- show one of its signs where it has any. Key: measure, person_id.
-- Inputs: cohort, enrolled_spans, program_measure_signs, qualified.
with pieces as (
    select
        cohort.measure,
        cohort.person_id,
        cohort.enrolled_from,
        cohort.enrolled_to,
        cohort.gaps,
        cohort.gap_days,
        greatest(spans.from_day, cohort.enrolled_from) as from_day,
        least(spans.to_day, cohort.enrolled_to) as to_day
    from cohort
    join enrolled_spans as spans
        on spans.person_id = cohort.person_id
        and spans.from_day <= cohort.enrolled_to
        and spans.to_day >= cohort.enrolled_from
),
gaps_before as (
    select
        measure,
        person_id,
        enrolled_from,
        enrolled_to,
        gaps,
        gap_days,
        to_day,
        from_day - 1 - coalesce(max(to_day) over (
            partition by measure, person_id
            order by from_day asc
            rows between unbounded preceding and 1 preceding
        ), enrolled_from - 1) as gap
    from pieces
),
summed as (
    select
        measure,
        person_id,
        max(gaps) as gaps,
        max(gap_days) as gap_days,
        cast(sum(case when gap > 0 then 1 else 0 end) as bigint)
        + case when max(enrolled_to) > max(to_day) then 1 else 0 end as gap_count,
        greatest(max(gap), max(enrolled_to) - max(to_day)) as longest_gap
    from gaps_before
    group by measure, person_id
)
select
    cohort.measure,
    cohort.person_id,
    cohort.age,
    cohort.event_from,
    cohort.event_to
from cohort
join summed on summed.measure = cohort.measure and summed.person_id = cohort.person_id
left join (select distinct measure from program_measure_signs) as choosy on choosy.measure = cohort.measure
left join qualified on qualified.measure = cohort.measure and qualified.person_id = cohort.person_id
where (choosy.measure is null or qualified.person_id is not null)
    and summed.gap_count <= summed.gaps
    and summed.longest_gap <= case when summed.gaps > 0 then summed.gap_days else 0 end
