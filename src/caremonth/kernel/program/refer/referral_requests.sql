-- Yields: referrals asked for and not decided, with what the decision needs to know: the member's standing, whether the
-- asker is the member's provider, whether the service needs a referral at all, and the terms in force.
-- Key: referral_id. Inputs: referrals, people, known_deaths, current_eligibility, current_assignments, pcps,
-- group_members, program_referral_terms, program_exemptions, program_at_once, program_grants. Parameter today (day).
with waiting as (
    select
        referral_id,
        person_id,
        from_npi,
        service_class,
        units,
        start_date,
        end_date,
        coalesce(requested_on, start_date) as asked_on
    from referrals
    where status = 'pended'
        and coalesce(kind, 'referral') = 'referral'
        and coalesce(requested_on, start_date) <= :today
),
eligible as (
    select
        waiting.referral_id,
        spans.covered,
        row_number() over (
            partition by waiting.referral_id
            order by spans.recorded_at desc, spans.start_date desc
        ) as newest
    from waiting
    join current_eligibility as spans
        on spans.person_id = waiting.person_id
        and spans.start_date <= greatest(waiting.start_date, waiting.asked_on)
        and coalesce(spans.end_date, 2932896) >= greatest(waiting.start_date, waiting.asked_on)
),
own_provider as (
    select
        waiting.referral_id,
        max(case when group_members.npi is not null then 1 else 0 end) as asks,
        max(pcps.pcp_id) as pcp_id
    from waiting
    join current_assignments as spans
        on spans.person_id = waiting.person_id
        and spans.start_date <= waiting.asked_on
        and coalesce(spans.end_date, 2932896) >= waiting.asked_on
    join pcps on pcps.pcp_id = spans.pcp_id
    left join group_members
        on group_members.group_id = coalesce(pcps.group_id, pcps.pcp_id)
        and group_members.npi = waiting.from_npi
    group by waiting.referral_id
),
free as (
    select distinct
        waiting.referral_id
    from waiting
    join program_exemptions as exempt
        on exempt.class = waiting.service_class
        and waiting.start_date between exempt.from_day and exempt.to_day
),
at_once as (
    select distinct
        waiting.referral_id
    from waiting
    join program_at_once as classes
        on classes.class = waiting.service_class
        and waiting.asked_on between classes.from_day and classes.to_day
)
select
    waiting.referral_id,
    waiting.asked_on,
    waiting.start_date,
    waiting.end_date,
    waiting.units,
    people.person_id is not null as known,
    coalesce(eligible.covered, false) as covered,
    coalesce(known_deaths.death_date, 2932896) < waiting.start_date as dead,
    own_provider.referral_id is not null as has_provider,
    coalesce(own_provider.asks, 0) = 1 as asked_by_own,
    terms.chain_allowed,
    free.referral_id is not null as not_needed,
    at_once.referral_id is not null as at_once,
    greatest(waiting.start_date, waiting.asked_on - terms.retroactive_days) as first_day,
    greatest(waiting.start_date, waiting.asked_on - terms.retroactive_days) + terms.longest_days - 1 as last_day,
    coalesce(
        waiting.end_date,
        greatest(waiting.start_date, waiting.asked_on - terms.retroactive_days) + terms.default_days - 1
    ) as asked_end,
    coalesce(waiting.units, terms.default_units) as asked_units,
    coalesce(terms.most_units, coalesce(waiting.units, terms.default_units)) as most_units,
    waiting.asked_on + terms.answer_within_days as due_on
from waiting
join program_grants as terms on waiting.asked_on between terms.from_day and terms.to_day
left join people on people.person_id = waiting.person_id
left join eligible on eligible.referral_id = waiting.referral_id and eligible.newest = 1
left join known_deaths on known_deaths.person_id = waiting.person_id
left join own_provider on own_provider.referral_id = waiting.referral_id
left join free on free.referral_id = waiting.referral_id
left join at_once on at_once.referral_id = waiting.referral_id
