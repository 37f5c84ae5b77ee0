-- Everybody in the source, with their practice.
select
    p.person_id, q.practice_id, p.family_name, p.given_name, p.birth_date, p.sex, p.death_date,
    p.street, p.city, coalesce(s.abbreviation, p.state) as state, p.zip_code, p.county_fips, p.language
from source_people as p
left join practice_of_person as q on q.person_id = p.person_id
left join states as s on s.state = p.state
order by p.person_id
