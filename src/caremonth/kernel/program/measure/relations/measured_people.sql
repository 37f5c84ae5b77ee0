-- Yields: measure_people with the strata of each person and the provider at the year's end. Unknown strata say so.
-- Key: measure, person_id. Inputs: measure_people, people, program_measure_bands, current_assignments. Parameter
-- year_last.
with panel as (
    select
        person_id,
        pcp_id,
        row_number() over (partition by person_id order by recorded_at desc, start_date desc, pcp_id asc) as newest
    from current_assignments
    where start_date <= :year_last
        and coalesce(end_date, 2932896) >= :year_last
)
select
    measure_people.measure,
    measure_people.person_id,
    coalesce(bands.band, '') as age_band,
    coalesce(people.sex, 'unknown') as sex,
    coalesce(people.language, 'unknown') as language,
    coalesce(people.race, 'unknown') as race,
    case when people.rural is null then 'unknown' when people.rural then 'rural' else 'not rural' end as rural,
    coalesce(panel.pcp_id, '') as payee_id,
    measure_people.numerator,
    measure_people.denominator
from measure_people
join people on people.person_id = measure_people.person_id
left join program_measure_bands as bands
    on bands.measure = measure_people.measure
    and measure_people.age between bands.from_age and bands.to_age
left join panel on panel.person_id = measure_people.person_id and panel.newest = 1
