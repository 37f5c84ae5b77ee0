-- Yields: who is asked about by each measure of people, with the days on which events count and the days of enrolment.
-- A measure takes an age in years on the year's last day, or an anniversary that falls in the year.
-- Key: measure, person_id. Inputs: people, calendar, birthdays, program_measures. Parameters year_first, year_last.
with aged as (
    select
        people.person_id,
        people.sex,
        cast(floor((last_day.ymd - born.ymd) / 10000) as bigint) as age
    from people
    join calendar as born on born.day = people.birth_date
    join calendar as last_day on last_day.day = :year_last
    where people.birth_date <= :year_last
)
select
    measures.measure,
    aged.person_id,
    aged.age,
    measures.event_first_day as event_from,
    :year_last as event_to,
    :year_first as enrolled_from,
    :year_last as enrolled_to,
    measures.gaps,
    measures.gap_days
from aged
join program_measures as measures
    on measures.kind in ('people_of_age', 'medication_ratio', 'last_result')
    and aged.age between measures.from_age and measures.to_age
    and (measures.sex = '' or measures.sex = aged.sex)
union all
select
    measures.measure,
    aged.person_id,
    aged.age,
    starts.day + measures.start_days as event_from,
    anchors.day + measures.anchor_days as event_to,
    enrolled.day + measures.enrolled_days as enrolled_from,
    anchors.day + measures.anchor_days as enrolled_to,
    measures.gaps,
    measures.gap_days
from aged
join program_measures as measures
    on measures.kind = 'people_by_anniversary'
    and (measures.sex = '' or measures.sex = aged.sex)
join birthdays as anchors on anchors.person_id = aged.person_id and anchors.years = measures.anchor_years
join birthdays as starts on starts.person_id = aged.person_id and starts.years = measures.start_years
join birthdays as enrolled on enrolled.person_id = aged.person_id and enrolled.years = measures.enrolled_years
where anchors.day + measures.anchor_days between :year_first and :year_last
