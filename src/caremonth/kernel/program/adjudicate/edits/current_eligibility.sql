-- Yields: the spans of eligibility as last recorded: a later record of the same start replaces the earlier one.
-- Groups without coverage (suspended …) are kept, marked. Key: person_id, start_date. end_date is null while open.
-- Inputs: eligibility, program_uncovered_groups.
with ranked as (
    select
        person_id,
        start_date,
        end_date,
        "group" as group_name,
        recorded_at,
        row_number() over (
            partition by person_id, start_date
            order by recorded_at desc, end_date asc nulls last, "group" asc
        ) as newest
    from eligibility
)
select
    ranked.person_id,
    ranked.start_date,
    ranked.end_date,
    ranked.group_name,
    ranked.recorded_at,
    uncovered.group_name is null as covered
from ranked
left join program_uncovered_groups as uncovered on uncovered.group_name = ranked.group_name
where ranked.newest = 1
    and (ranked.end_date is null or ranked.end_date >= ranked.start_date)
