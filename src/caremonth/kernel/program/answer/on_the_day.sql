-- Yields: for each question about a person and a day: whether we know the person, the membership and the panel that
-- held on that day (not today's). Key: question.
-- Inputs: asked, people, person_numbers, member_days, panel_days, provider_numbers, pcps, eligibility_classes.
with known as (
    select asked.question, asked.person_id, asked.day, numbers.person, people.birth_date, people.family_name,
        people.given_name
    from asked
    join people on people.person_id = asked.person_id
    join person_numbers as numbers on numbers.person_id = asked.person_id
)

select
    asked.question,
    asked.person_id,
    asked.day,
    known.person is not null as known,
    cast(known.birth_date as bigint) as birth_day,
    known.family_name,
    known.given_name,
    member_days.from_day as member_from_day,
    member_days.to_day as member_to_day,
    classes.group_name,
    panel_days.from_day as panel_from_day,
    pcps.pcp_id,
    pcps.name as pcp_name,
    pcps.npi as pcp_npi
from asked
left join known on known.question = asked.question
left join member_days
    on member_days.person = known.person and member_days.from_day <= asked.day and member_days.to_day >= asked.day
left join eligibility_classes as classes on classes.class = member_days.class
left join panel_days
    on panel_days.person = known.person and panel_days.from_day <= asked.day and panel_days.to_day >= asked.day
left join provider_numbers as providers on providers.pcp = panel_days.pcp
left join pcps on pcps.pcp_id = providers.pcp_id
