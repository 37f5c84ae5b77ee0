-- Yields: index stays of the year (discharged with days left to see) and how many were followed by another stay in the
-- measure's days, as observed: no risk model is applied. Key: measure, person_id.
-- Inputs: program_measures, stays, people, calendar. Parameters year_first, year_last.
with aged as (
    select
        measures.measure,
        stays.person_id,
        stays.discharged,
        measures.gap_days as days_after,
        cast(floor((left_on.ymd - born.ymd) / 10000) as bigint) as age
    from program_measures as measures
    join stays on stays.discharged between :year_first and :year_last - measures.gap_days
    join people on people.person_id = stays.person_id
    join calendar as born on born.day = people.birth_date
    join calendar as left_on on left_on.day = stays.discharged
    where measures.kind = 'readmissions'
        and cast(floor((left_on.ymd - born.ymd) / 10000) as bigint) between measures.from_age and measures.to_age
),
followed as (
    select distinct
        aged.measure,
        aged.person_id,
        aged.discharged
    from aged
    join stays
        on stays.person_id = aged.person_id
        and stays.admitted > aged.discharged
        and stays.admitted <= aged.discharged + aged.days_after
)
select
    aged.measure,
    aged.person_id,
    max(aged.age) as age,
    cast(count(followed.discharged) as bigint) as numerator,
    cast(count(*) as bigint) as denominator
from aged
left join followed
    on followed.measure = aged.measure
    and followed.person_id = aged.person_id
    and followed.discharged = aged.discharged
group by aged.measure, aged.person_id
