-- Yields: member-months with everything that a rate cell may ask: age band on the first day, group, risk, traits.
-- Key: as counted. Inputs: counted, person_traits, provider_traits, program_age_bands.
select
    counted.basis,
    counted.person_id,
    counted.month_index,
    counted.pcp_id,
    coalesce(providers.group_id, '') as group_id,
    coalesce(providers.tier, '') as tier,
    bands.age_band,
    counted.group_name,
    counted.risk,
    people.traits as person_traits,
    coalesce(providers.traits, '') as provider_traits,
    counted.part,
    counted.whole
from counted
join person_traits as people on people.person_id = counted.person_id
join program_age_bands as bands
    on bands.month_index = counted.month_index
    and people.birth_day between bands.born_from and bands.born_to
left join provider_traits as providers on providers.pcp_id = counted.pcp_id
