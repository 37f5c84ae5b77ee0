-- Yields: the day each person died, as last recorded; the table of deaths speaks before the person's own row.
-- Key: person (people alive are absent). Inputs: deaths, people, person_numbers.
-- Parameters: known_before (epoch seconds).
with ranked as (
    select
        person_id,
        death_date,
        row_number() over (partition by person_id order by recorded_at desc, death_date asc) as newest
    from deaths
    where recorded_at < :known_before
)

select numbers.person, cast(coalesce(ranked.death_date, people.death_date) as bigint) as last_day
from people
join person_numbers as numbers on numbers.person_id = people.person_id
left join ranked on ranked.person_id = people.person_id and ranked.newest = 1
where coalesce(ranked.death_date, people.death_date) is not null
