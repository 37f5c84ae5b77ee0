-- Yields: everyone screened in the federal year: 1 when a claim of such a day says that a referral was given for what was
-- found, 0 when one says that there was none, null when no claim says. Key: person_id.
-- Inputs: events, service_lines, claims, program_referral_indicators. Parameters federal_first, federal_last.
with said as (
    select
        events.person_id,
        case
            when indicators.indicator is not null then 1
            when claims.epsdt_referral is not null then 0
        end as referred
    from events
    join service_lines as lines on lines.person_id = events.person_id and lines.service_date = events.day
    join claims on claims.claim_id = lines.claim_id
    left join program_referral_indicators as indicators on indicators.indicator = claims.epsdt_referral
    where events.value_set = 'well_child_screen'
        and events.day between :federal_first and :federal_last
)
select
    person_id,
    cast(max(referred) as bigint) as referred
from said
group by person_id
