-- Yields: the different kinds of member-months there are, for which rate cells are then looked up.
-- Key: all columns but member_months. Inputs: member_months.
select
    basis,
    age_band,
    class,
    traits,
    provider_class,
    cast(count(*) as bigint) as member_months
from member_months
group by basis, age_band, class, traits, provider_class
