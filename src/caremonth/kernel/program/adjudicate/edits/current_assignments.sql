-- Yields: assignments as last recorded: a later record of the same provider and start replaces the earlier one; one
-- whose reason is `void` says that the span never was.
-- Key: person_id, pcp_id, start_date. Inputs: assignments.
with ranked as (
    select
        person_id,
        pcp_id,
        start_date,
        end_date,
        notified_on,
        recorded_at,
        coalesce(reason, '') as reason,
        row_number() over (
            partition by person_id, pcp_id, start_date
            order by recorded_at desc, end_date asc nulls last, reason asc nulls last
        ) as newest
    from assignments
)
select
    person_id,
    pcp_id,
    start_date,
    end_date,
    notified_on,
    recorded_at
from ranked
where newest = 1
    and reason <> 'void'
    and (end_date is null or end_date >= start_date)
