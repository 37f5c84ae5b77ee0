-- Yields: what lines that nothing stands against take from referrals and prior authorizations, one row an offer.
-- purpose is 'referral' or 'authorization'; units_left null means no number is set.
-- Key: purpose, claim_id, line, referral_id.
-- Inputs: asked_lines, all_refusals, limited_units, referral_offers, authorization_offers.
with clear as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.person_id,
        asked_lines.received_on,
        asked_lines.service_date,
        coalesce(limited_units.allowed_units, asked_lines.units) as units
    from asked_lines
    left join (select distinct claim_id, line from all_refusals) as refused
        on refused.claim_id = asked_lines.claim_id and refused.line = asked_lines.line
    left join limited_units
        on limited_units.claim_id = asked_lines.claim_id and limited_units.line = asked_lines.line
    where refused.claim_id is null
),
offers as (
    select
        'referral' as purpose,
        claim_id,
        line,
        referral_id,
        units_left,
        unit_kind
    from referral_offers
    where finding = 'covers'
    union all
    select
        'authorization' as purpose,
        claim_id,
        line,
        referral_id,
        units_left,
        unit_kind
    from authorization_offers
)
select
    offers.purpose,
    offers.claim_id,
    offers.line,
    clear.received_on,
    clear.service_date,
    clear.units,
    offers.referral_id,
    offers.units_left,
    offers.unit_kind
from offers
join clear on clear.claim_id = offers.claim_id and clear.line = offers.line
