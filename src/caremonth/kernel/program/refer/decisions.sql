-- Yields: the decision on each waiting request, with its reason; what is granted may be less than what was asked
-- (modified). A request that no rule decides stays pended for a person, due on due_on, and so does one for no units.
-- Key: referral_id.
-- Inputs: referral_requests. Parameter today (day).
with judged as (
    select
        referral_id,
        asked_on,
        due_on,
        first_day,
        least(asked_end, last_day) as last_granted,
        case when asked_units is not null then least(asked_units, most_units) end as granted_units,
        case
            when not known then 'unknown-member'
            when dead then 'after-death'
            when not covered then 'not-eligible'
            when not_needed then 'not-needed'
            when not has_provider then 'no-provider'
            when not asked_by_own and not chain_allowed then 'not-from-pcp'
            when least(asked_end, last_day) < first_day then 'window-passed'
            when not at_once or asked_units = 0 then 'to-review'
            when first_day > start_date
                or asked_end > last_day
                or (asked_units is not null and asked_units > most_units) then 'within-terms'
            else 'as-asked'
        end as reason
    from referral_requests
),

decided as (
    select
        referral_id,
        asked_on,
        due_on,
        first_day,
        last_granted,
        granted_units,
        reason,
        case
            when reason in ('unknown-member', 'after-death', 'not-eligible', 'no-provider', 'not-from-pcp', 'window-passed')
                then 'denied'
            when reason = 'to-review' then 'pended'
            when reason = 'within-terms' then 'modified'
            else 'approved'
        end as status
    from judged
)

select
    referral_id,
    asked_on,
    due_on,
    case when status in ('approved', 'modified') then first_day end as first_day,
    case when status in ('approved', 'modified') then last_granted end as last_granted,
    case when status in ('approved', 'modified') then granted_units end as granted_units,
    reason,
    status,
    status = 'pended' and :today > due_on as late
from decided
