-- Yields: everyone eligible under 21 in the federal year, by age band on its last day: unbroken days enough, months,
-- screens, whether any of those led to a referral (1; 0 no; null: no claim of one says), and whether the program had the
-- person enrolled. Key: person_id.
-- Inputs: enrolled_spans, enrolled_months, people, calendar, program_screening_bands, events, screening_referrals,
-- tmsis_spans, person_numbers. Parameters federal_first, federal_last, least_days.
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
),
enrolled as (
    select distinct person_numbers.person_id
    from tmsis_spans
    join person_numbers on person_numbers.person = tmsis_spans.person
    where tmsis_spans.from_day <= :federal_last
        and tmsis_spans.to_day >= :federal_first
)
select
    bands.band,
    aged.person_id,
    cast(case when eligible.longest >= :least_days then 1 else 0 end as bigint) as continuously,
    cast(coalesce(months.months, 0) as bigint) as months,
    cast(coalesce(screens.screens, 0) as bigint) as screens,
    referrals.referred,
    cast(case when enrolled.person_id is null then 0 else 1 end as bigint) as enrolled
from aged
join eligible on eligible.person_id = aged.person_id
join program_screening_bands as bands on aged.age between bands.from_age and bands.to_age
left join months on months.person_id = aged.person_id
left join screens on screens.person_id = aged.person_id
left join screening_referrals as referrals on referrals.person_id = aged.person_id
left join enrolled on enrolled.person_id = aged.person_id
