-- Yields: member-months with everything that a rate cell may ask: age band on the first day, class, traits.
-- Key: as counted. Inputs: counted, program_age_bands.
select
    counted.basis,
    counted.person,
    counted.month_index,
    counted.pcp,
    bands.age_band,
    counted.class,
    counted.traits,
    counted.provider_class,
    counted.part,
    counted.whole
from counted
join program_age_bands as bands
    on bands.month_index = counted.month_index
    and counted.birth_day between bands.born_from and bands.born_to
