-- Yields: the provider that each person asked for last, where the person is not on that panel.
-- Key: person. Inputs: requests, person_numbers, provider_numbers, current_panels. Parameters: on_day.
with asked as (
    select
        people.person,
        providers.pcp,
        requests.requested_on,
        row_number() over (
            partition by people.person
            order by requests.requested_on desc, requests.request_id desc
        ) as newest
    from requests
    join person_numbers as people on people.person_id = requests.person_id
    join provider_numbers as providers on providers.pcp_id = requests.pcp_id
    where requests.kind in ('choose', 'change')
        and requests.requested_on <= :on_day
        and coalesce(requests.decision, 'approved') = 'approved'
)

select asked.person, asked.pcp
from asked
left join current_panels on current_panels.person = asked.person
where asked.newest = 1 and coalesce(current_panels.pcp, 0) <> asked.pcp
