-- Yields: where each referral stands on the day: waiting, late, denied, not_started, in_force, used_up, expired or
-- before_pcp_change (the member's provider changed and the old provider's referral no longer holds), with what is left.
-- holds_until is the last day on which it covers a service, given the member's changes of provider.
-- Key: referral_id. Inputs: decided_referrals, decisions, referral_use, current_assignments, pcps, group_members,
-- program_referral_terms. Parameter today (day).
with held as (
    select
        decided_referrals.referral_id,
        max(coalesce(spans.end_date, 2932896 - 366) + terms.continuity_days) as holds_until
    from decided_referrals
    join program_referral_terms as terms on :today between terms.from_day and terms.to_day
    join current_assignments as spans on spans.person_id = decided_referrals.person_id
    join pcps on pcps.pcp_id = spans.pcp_id
    join group_members
        on group_members.group_id = coalesce(pcps.group_id, pcps.pcp_id)
        and group_members.npi = decided_referrals.from_npi
    where spans.start_date <= coalesce(decided_referrals.requested_on, decided_referrals.start_date)
        and coalesce(spans.end_date, 2932896) >= coalesce(decided_referrals.requested_on, decided_referrals.start_date)
    group by decided_referrals.referral_id
),
use_now as (
    select
        referral_id,
        cast(sum(used) as bigint) as used
    from referral_use
    group by referral_id
),
counted as (
    select
        decided.referral_id,
        decided.number,
        decided.person_id,
        decided.status,
        decided.start_date,
        least(coalesce(decided.end_date, 2932896), coalesce(held.holds_until, 2932896)) as holds_until,
        coalesce(decided.end_date, 2932896) as end_date,
        decided.units,
        coalesce(decided.used, 0) + coalesce(use_now.used, 0) as used,
        coalesce(decisions.late, false) as late,
        coalesce(decisions.reason, '') as reason
    from decided_referrals as decided
    left join held on held.referral_id = decided.referral_id
    left join use_now on use_now.referral_id = decided.referral_id
    left join decisions on decisions.referral_id = decided.referral_id
)
select
    referral_id,
    number,
    person_id,
    status,
    case
        when status = 'denied' then 'denied'
        when status = 'pended' and late then 'late'
        when status = 'pended' then 'waiting'
        when :today < start_date then 'not_started'
        when :today > end_date then 'expired'
        when units is not null and used >= units then 'used_up'
        when :today > holds_until then 'before_pcp_change'
        else 'in_force'
    end as state,
    reason,
    units,
    used,
    case when units is not null then greatest(0, units - used) end as units_left,
    case when holds_until < 2932896 then holds_until end as holds_until
from counted
