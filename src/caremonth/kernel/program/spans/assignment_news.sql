-- Yields: assignments as last recorded: a later record of the same person, provider and start replaces the earlier.
-- A record whose reason is `void` says that the span never was.
-- Key: person_id, pcp_id, start_day. Inputs: assignments.
-- Parameters: known_before (epoch seconds), open_end (day).
with ranked as (
    select
        person_id,
        pcp_id,
        start_date as start_day,
        coalesce(end_date, :open_end) as end_day,
        coalesce(reason, '') as reason,
        recorded_at,
        row_number() over (
            partition by person_id, pcp_id, start_date
            order by recorded_at desc, end_date asc nulls last, reason asc nulls last
        ) as newest
    from assignments
    where recorded_at < :known_before
)

select
    person_id,
    pcp_id,
    start_day,
    end_day,
    reason,
    recorded_at
from ranked
where newest = 1 and reason <> 'void' and start_day <= end_day
