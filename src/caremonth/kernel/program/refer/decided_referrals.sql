-- Yields: every referral as it stands after this run's decisions. Key: referral_id.
-- Inputs: referrals, decisions. Parameter today (day).
select
    referrals.referral_id,
    case
        when coalesce(decisions.status, referrals.status) in ('approved', 'modified')
            then coalesce(referrals.number, referrals.referral_id)
        else referrals.number
    end as number,
    referrals.person_id,
    referrals.from_npi,
    referrals.to_npi,
    referrals.to_group,
    referrals.to_taxonomy,
    referrals.service_class,
    case when decisions.status in ('approved', 'modified') then decisions.granted_units else referrals.units end
        as units,
    referrals.used,
    case when decisions.status in ('approved', 'modified') then decisions.first_day else referrals.start_date end
        as start_date,
    case when decisions.status in ('approved', 'modified') then decisions.last_granted else referrals.end_date end
        as end_date,
    coalesce(decisions.status, referrals.status) as status,
    referrals.requested_on,
    coalesce(referrals.kind, 'referral') as kind,
    coalesce(referrals.unit_kind, 'visits') as unit_kind,
    case when decisions.status <> 'pended' then :today else referrals.answered_on end as answered_on
from referrals
left join decisions on decisions.referral_id = referrals.referral_id
