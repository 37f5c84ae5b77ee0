-- Yields: everyone eligible under 21 in the federal year, by age band on its last day: unbroken 90 days, months and
-- screens. Key: person_id. Inputs: enrolled_spans, enrolled_months, people, calendar, program_screening_bands, events.
-- Parameters federal_first, federal_last.
with aged as (
    select
        people.person_id,
        cast(floor((ended.ymd - born.ymd) / 10000) as bigint) as age
    from people
    join calendar as born on born.day = people.birth_date
    join calendar as ended on ended.day = :federal_last
    where people.birth_date <= :federal_last
),
eligible as (
    select
        spans.person_id,
        max(least(spans.to_day, :federal_last) - greatest(spans.from_day, :federal_first) + 1) as longest
    from enrolled_spans as spans
    where spans.from_day <= :federal_last
        and spans.to_day >= :federal_first
    group by spans.person_id
),
months as (
    select
        person_id,
        cast(count(*) as bigint) as months
    from enrolled_months
    where in_federal_year
    group by person_id
),
screens as (
    select
        person_id,
        cast(count(*) as bigint) as screens
    from events
    where value_set = 'well_child_screen'
        and day between :federal_first and :federal_last
    group by person_id
)
select
    bands.band,
    aged.person_id,
    cast(case when eligible.longest >= :least_days then 1 else 0 end as bigint) as continuously,
    cast(coalesce(months.months, 0) as bigint) as months,
    cast(coalesce(screens.screens, 0) as bigint) as screens
from aged
join eligible on eligible.person_id = aged.person_id
join program_screening_bands as bands on aged.age between bands.from_age and bands.to_age
left join months on months.person_id = aged.person_id
left join screens on screens.person_id = aged.person_id
