-- Yields: spans of eligibility as last recorded: a later record of the same person and start replaces the earlier.
-- The late news of a prospective group counts only from the first day of the month after it was learnt.
-- Key: person_id, start_day. Inputs: eligibility, program_prospective_groups, program_calendar.
-- Parameters: known_before (epoch seconds), open_end (day).
with learnt as (
    select
        eligibility.person_id,
        eligibility.start_date as start_day,
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
        greatest(eligibility.start_date, calendar.next_month_first_day) as start_day,
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

ranked as (
    select
        person_id,
        start_day,
        end_day,
        group_name,
        risk,
        recorded_at,
        row_number() over (
            partition by person_id, start_day
            order by recorded_at desc, end_day asc, group_name asc, risk asc
        ) as newest
    from learnt
)

select
    person_id,
    start_day,
    end_day,
    group_name,
    risk,
    recorded_at
from ranked
where newest = 1 and start_day <= end_day
