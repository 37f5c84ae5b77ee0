-- Yields: assignments as last recorded: a later record of the same person, provider and start replaces the earlier.
-- A record whose reason is `void` says that the span never was.
-- Key: person, pcp, start_day. Inputs: assignments, person_numbers, provider_numbers.
-- Parameters: known_before (epoch seconds), open_end (day).
with numbered as (
    select
        people.person,
        providers.pcp,
        cast(assignments.start_date as bigint) as start_day,
        coalesce(assignments.end_date, :open_end) as end_day,
        case when assignments.reason = 'void' then 1 else 0 end as void,
        assignments.recorded_at
    from assignments
    join person_numbers as people on people.person_id = assignments.person_id
    join provider_numbers as providers on providers.pcp_id = assignments.pcp_id
    where assignments.recorded_at < :known_before
),

ranked as (
    select
        person,
        pcp,
        start_day,
        end_day,
        void,
        recorded_at,
        row_number() over (
            partition by person, pcp, start_day
            order by recorded_at desc, void desc, end_day asc
        ) as newest
    from numbered
)

select person, pcp, start_day, end_day, recorded_at
from ranked
where newest = 1 and void = 0 and start_day <= end_day
