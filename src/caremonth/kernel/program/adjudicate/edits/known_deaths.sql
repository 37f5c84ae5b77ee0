-- Yields: the day each person died, as last recorded; the death table speaks before the person's own row.
-- Key: person_id. Inputs: deaths, people.
with ranked as (
    select
        person_id,
        death_date,
        row_number() over (partition by person_id order by recorded_at desc, death_date asc) as newest
    from deaths
)
select
    people.person_id,
    coalesce(ranked.death_date, people.death_date) as death_date
from people
left join ranked on ranked.person_id = people.person_id and ranked.newest = 1
where coalesce(ranked.death_date, people.death_date) is not null
