-- Yields: the provider that each person asked for last, where the person is not on that panel and the request has
-- taken effect by the day: a first choice at once, a change by the program's rule.
-- Key: person. Inputs: requests, person_numbers, provider_numbers, current_panels, program_calendar.
-- Parameters: on_day, change_rule (same_day, next_day, next_month, second_month).
with dated as (
    select
        requests.request_id,
        requests.person_id,
        requests.pcp_id,
        requests.requested_on,
        case
            when requests.kind = 'choose' or :change_rule = 'same_day' then requests.requested_on
            when :change_rule = 'next_day' then requests.requested_on + 1
            when :change_rule = 'next_month' then calendar.next_month_first_day
            else calendar.second_month_first_day
        end as effective_day
    from requests
    join program_calendar as calendar
        on requests.requested_on >= calendar.first_day and requests.requested_on < calendar.next_month_first_day
    where requests.kind in ('choose', 'change') and coalesce(requests.decision, 'approved') = 'approved'
),

asked as (
    select
        people.person,
        providers.pcp,
        row_number() over (
            partition by people.person
            order by dated.requested_on desc, dated.request_id desc
        ) as newest
    from dated
    join person_numbers as people on people.person_id = dated.person_id
    join provider_numbers as providers on providers.pcp_id = dated.pcp_id
    where dated.effective_day <= :on_day
)

select asked.person, asked.pcp
from asked
left join current_panels on current_panels.person = asked.person
where asked.newest = 1 and coalesce(current_panels.pcp, 0) <> asked.pcp
