-- Yields: member-months with everything that a rate cell may ask: age band on the first day, class, traits.
-- Key: as counted. Inputs: counted, person_traits, provider_traits, program_age_bands.
select
    counted.basis,
    counted.person,
    counted.month_index,
    counted.pcp,
    bands.age_band,
    counted.class,
    people.traits,
    coalesce(providers.provider_class, 0) as provider_class,
    counted.part,
    counted.whole
from counted
join person_traits as people on people.person = counted.person
join program_age_bands as bands
    on bands.month_index = counted.month_index
    and people.birth_day between bands.born_from and bands.born_to
left join provider_traits as providers on providers.pcp = counted.pcp
