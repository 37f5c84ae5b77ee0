-- Yields: the money of each paid line, in steps that add up: charge = units not allowed + above the fee + paid by
-- another payer + copay + paid. Cents. Key: claim_id, line.
-- Inputs: allowed_units, asked_lines, line_fees, line_add_ons, line_copays.
with charged as (
    select
        allowed_units.claim_id,
        allowed_units.line,
        allowed_units.allowed_units,
        allowed_units.referral_id,
        asked_lines.charge_cents,
        cast(floor(asked_lines.charge_cents * allowed_units.within_limit / asked_lines.units) as bigint)
            as limit_charge_cents,
        cast(floor(asked_lines.charge_cents * allowed_units.allowed_units / asked_lines.units) as bigint)
            as rest_charge_cents,
        cast(
            line_fees.fee_cents * case when line_fees.whole_line then 1 else allowed_units.allowed_units end
            + coalesce(line_add_ons.add_on_cents, 0) as bigint
        ) as price_cents,
        cast(coalesce(asked_lines.other_paid_cents, 0) as bigint) as other_paid_cents,
        cast(coalesce(line_copays.copay_cents, 0) as bigint) as copay_cents
    from allowed_units
    join asked_lines on asked_lines.claim_id = allowed_units.claim_id and asked_lines.line = allowed_units.line
    join line_fees on line_fees.claim_id = allowed_units.claim_id and line_fees.line = allowed_units.line
    left join line_add_ons
        on line_add_ons.claim_id = allowed_units.claim_id and line_add_ons.line = allowed_units.line
    left join line_copays
        on line_copays.claim_id = allowed_units.claim_id and line_copays.line = allowed_units.line
),
priced as (
    select
        claim_id,
        line,
        allowed_units,
        referral_id,
        charge_cents,
        charge_cents - limit_charge_cents as over_limit_cents,
        limit_charge_cents - rest_charge_cents as over_referral_cents,
        rest_charge_cents - least(rest_charge_cents, price_cents) as above_fee_cents,
        least(rest_charge_cents, price_cents) as allowed_cents,
        least(least(rest_charge_cents, price_cents), other_paid_cents) as other_payer_cents,
        copay_cents
    from charged
)
select
    claim_id,
    line,
    allowed_units,
    referral_id,
    charge_cents,
    over_limit_cents,
    over_referral_cents,
    above_fee_cents,
    allowed_cents,
    other_payer_cents,
    least(copay_cents, allowed_cents - other_payer_cents) as patient_cents,
    allowed_cents - other_payer_cents - least(copay_cents, allowed_cents - other_payer_cents) as paid_cents
from priced
