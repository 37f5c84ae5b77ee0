-- Yields: unbroken stretches of coverage: neighbouring pieces joined. Key: person_id, from_day. Inputs: enrolled_days.
with ordered as (
    select
        person_id,
        from_day,
        to_day,
        max(to_day) over (
            partition by person_id
            order by from_day asc
            rows between unbounded preceding and 1 preceding
        ) as before_end
    from enrolled_days
),
marked as (
    select
        person_id,
        from_day,
        to_day,
        case when before_end is null or from_day > before_end + 1 then 1 else 0 end as starts
    from ordered
),
numbered as (
    select
        person_id,
        from_day,
        to_day,
        starts + coalesce(cast(sum(starts) over (
            partition by person_id
            order by from_day asc
            rows between unbounded preceding and 1 preceding
        ) as bigint), 0) as stretch
    from marked
)
select
    person_id,
    min(from_day) as from_day,
    max(to_day) as to_day
from numbered
group by person_id, stretch
