-- Yields: spans of eligibility as last recorded: a later record of the same person and start replaces the earlier.
-- The late news of a prospective group counts only from the first day of the month after it was learnt.
-- Key: person, start_day.
-- Inputs: eligibility, person_numbers, eligibility_classes, program_prospective_groups, program_calendar.
-- Parameters: known_before (epoch seconds), open_end (day).
with learnt as (
    select
        eligibility.person_id,
        cast(eligibility.start_date as bigint) as start_day,
        coalesce(eligibility.end_date, :open_end) as end_day,
        eligibility."group" as group_name,
        coalesce(eligibility.risk, '') as risk,
        eligibility.recorded_at
    from eligibility
    where eligibility.recorded_at < :known_before
        and eligibility."group" not in (select group_name from program_prospective_groups)
    union all
    select
        eligibility.person_id,
        greatest(cast(eligibility.start_date as bigint), calendar.next_month_first_day) as start_day,
        coalesce(eligibility.end_date, :open_end) as end_day,
        eligibility."group" as group_name,
        coalesce(eligibility.risk, '') as risk,
        eligibility.recorded_at
    from eligibility
    join program_prospective_groups as late on late.group_name = eligibility."group"
    join program_calendar as calendar
        on eligibility.recorded_at >= calendar.from_instant and eligibility.recorded_at < calendar.to_instant
    where eligibility.recorded_at < :known_before
),

numbered as (
    select people.person, learnt.start_day, learnt.end_day, classes.class, learnt.recorded_at
    from learnt
    join person_numbers as people on people.person_id = learnt.person_id
    join eligibility_classes as classes on classes.group_name = learnt.group_name and classes.risk = learnt.risk
),

ranked as (
    select
        person,
        start_day,
        end_day,
        class,
        recorded_at,
        row_number() over (partition by person, start_day order by recorded_at desc, end_day asc, class asc) as newest
    from numbered
)

select person, start_day, end_day, class, recorded_at
from ranked
where newest = 1 and start_day <= end_day
