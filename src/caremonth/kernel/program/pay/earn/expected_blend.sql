-- Yields: what a panel earns by a blended rate: its tier's adjusted rate for each member, plus the cells' rates.
-- A rate is in hundredths of a cent, an adjustment in thousandths; `rounding` says what is rounded to cents first.
-- Key: payee, month_index, fee, cell. Inputs: rated, program_fees, program_tiers, cell_numbers.
with panels as (
    select payee, month_index, fee, tier, cast(count(*) as bigint) as members, cast(sum(rate) as bigint) as added
    from rated
    where kind = 'blended'
    group by payee, month_index, fee, tier
),

rates as (
    select
        panels.payee,
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
    rates.payee,
    0 as person,
    rates.month_index,
    rates.fee,
    numbers.cell,
    case rates.rounding
        when 'total'
            then cast(floor((2 * (rates.members * rates.tier_rate + 1000 * rates.added) + 100000) / 200000) as bigint)
        when 'tier_rate'
            then rates.members * rates.tier_cents + cast(floor((2 * rates.added + 100) / 200) as bigint)
        else rates.members * (rates.tier_cents + rates.added_cents)
    end as cents
from rates
join cell_numbers as numbers on numbers.cell_name = 'tier_' || rates.tier
