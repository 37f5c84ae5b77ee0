-- Yields: the days that may count, for both bases: 1 assigned (on a panel), 2 members (on a panel or not); with what
-- rate cells may ask of the person and the provider, so that it is looked up once a span and not once a month.
-- Key: basis, person, from_day. Inputs: panel_days, member_days, person_traits, provider_traits.
select
    1 as basis,
    days.person,
    days.pcp,
    days.from_day,
    days.to_day,
    days.class,
    days.recorded_at,
    people.birth_day,
    people.traits,
    coalesce(providers.provider_class, 0) as provider_class
from panel_days as days
join person_traits as people on people.person = days.person
left join provider_traits as providers on providers.pcp = days.pcp
union all
select
    2 as basis,
    days.person,
    0 as pcp,
    days.from_day,
    days.to_day,
    days.class,
    0 as recorded_at,
    people.birth_day,
    people.traits,
    0 as provider_class
from member_days as days
join person_traits as people on people.person = days.person
