-- Yields: every member on the day, in the columns of the pool. Key: person.
-- Inputs: members_on_day, people, person_numbers, current_panels, open_requests. Parameters: unknown_day.
select
    members.person,
    people.person_id,
    members.group_name,
    members.member_since,
    coalesce(people.birth_date, :unknown_day) as birth_day,
    coalesce(people.sex, 'U') as sex,
    coalesce(people.language, '') as language,
    people.latitude,
    people.longitude,
    coalesce(people.county_fips, '') as county_fips,
    coalesce(people.household_id, '') as household_id,
    coalesce(people.pregnant, false) as pregnant,
    coalesce(people.tribal, false) as tribal,
    coalesce(people.foster, false) as foster,
    coalesce(people.ssi, false) as ssi,
    coalesce(current_panels.pcp, 0) as current_pcp,
    coalesce(open_requests.pcp, 0) as chosen_pcp
from members_on_day as members
join person_numbers as numbers on numbers.person = members.person
join people on people.person_id = numbers.person_id
left join current_panels on current_panels.person = members.person
left join open_requests on open_requests.person = members.person
