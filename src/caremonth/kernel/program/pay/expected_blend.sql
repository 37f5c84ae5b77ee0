-- Yields: what a panel earns by a blended rate: its tier's adjusted rate for each member, plus the cells' rates.
-- A rate is in hundredths of a cent, an adjustment in thousandths; `rounding` says what is rounded to cents first.
-- Key: payee_id, month_index, fee, cell. Inputs: rated, program_fees, program_tiers.
with panels as (
    select
        rated.payee_id,
        rated.month_index,
        rated.fee,
        rated.tier,
        cast(count(*) as bigint) as members,
        cast(sum(rated.rate) as bigint) as added
    from rated
    join program_fees as fees on fees.fee = rated.fee and fees.kind = 'blended'
    group by rated.payee_id, rated.month_index, rated.fee, rated.tier
),

rates as (
    select
        panels.payee_id,
        panels.month_index,
        panels.fee,
        panels.tier,
        panels.members,
        panels.added,
        fees.rounding,
        tiers.rate * (1000 + tiers.adjustment) as tier_rate,
        cast(floor((2 * tiers.rate * (1000 + tiers.adjustment) + 100000) / 200000) as bigint) as tier_cents,
        cast(floor((2 * panels.added + 100 * panels.members) / (200 * panels.members)) as bigint) as added_cents
    from panels
    join program_fees as fees on fees.fee = panels.fee
    join program_tiers as tiers
        on tiers.fee = panels.fee and tiers.tier = panels.tier and tiers.month_index = panels.month_index
)

select
    payee_id,
    '' as person_id,
    month_index,
    fee,
    'tier_' || tier as cell,
    case rounding
        when 'total' then cast(floor((2 * (members * tier_rate + 1000 * added) + 100000) / 200000) as bigint)
        when 'tier_rate' then members * tier_cents + cast(floor((2 * added + 100) / 200) as bigint)
        else members * (tier_cents + added_cents)
    end as cents
from rates
