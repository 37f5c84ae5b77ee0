-- Yields: members who need a provider on the day: on no panel, on the panel of a provider that left, or asking for
-- another. Key: person. Inputs: everyone, leaving.
select
    everyone.person,
    everyone.person_id,
    everyone.group_name,
    everyone.member_since,
    everyone.birth_day,
    everyone.sex,
    everyone.language,
    everyone.latitude,
    everyone.longitude,
    everyone.county_fips,
    everyone.household_id,
    everyone.pregnant,
    everyone.tribal,
    everyone.foster,
    everyone.ssi,
    everyone.current_pcp,
    everyone.chosen_pcp
from everyone
left join leaving on leaving.pcp = everyone.current_pcp
where everyone.current_pcp = 0 or everyone.chosen_pcp > 0 or leaving.pcp is not null
