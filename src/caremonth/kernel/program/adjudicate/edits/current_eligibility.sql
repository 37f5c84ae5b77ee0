-- Yields: the spans of eligibility as last recorded: a later record of the same start replaces the earlier one.
-- Key: person_id, start_date. end_date is null while open. Inputs: eligibility.
with ranked as (
    select
        person_id,
        start_date,
        end_date,
        row_number() over (
            partition by person_id, start_date
            order by recorded_at desc, end_date asc nulls last, "group" asc
        ) as newest
    from eligibility
)
select
    person_id,
    start_date,
    end_date
from ranked
where newest = 1
    and (end_date is null or end_date >= start_date)
