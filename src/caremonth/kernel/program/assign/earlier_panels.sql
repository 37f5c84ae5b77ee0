-- Yields: the provider whose panel each person of the pool was on last before the day, and when that ended.
-- Key: person. Inputs: pool, assignment_days. Parameters: on_day.
with ended as (
    select
        pool.person,
        assigned.pcp,
        assigned.to_day,
        row_number() over (partition by pool.person order by assigned.to_day desc) as newest
    from pool
    join assignment_days as assigned on assigned.person = pool.person
    where assigned.to_day < :on_day
)

select person, pcp, to_day
from ended
where newest = 1
