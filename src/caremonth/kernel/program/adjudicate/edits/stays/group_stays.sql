-- Yields: what each stay that is priced by group costs the program, step by step, in cents; every step is rounded half up.
-- price: base rate × weight. transfer_price: that, or for a stay that ends in a transfer the price of a day (price ÷ mean
-- days) for each day, the first counted as often as the program says, and never more than the price. outlier: the
-- marginal part of what the charges times the hospital's cost-to-charge ratio lie over the threshold.
-- Key: claim_id (stays without a rate or a weight are absent).
-- Inputs: stay_lines, stay_rates, program_drg_weights, program_drg_days, program_transfers, program_outliers.
with stays as (
    select
        claim_id,
        billing_npi,
        drg,
        rate_day,
        days,
        discharge_status,
        cast(sum(charge_cents) as bigint) as charge_cents
    from stay_lines
    where method = 'drg'
    group by claim_id, billing_npi, drg, rate_day, days, discharge_status
),
weighed as (
    select
        stays.claim_id,
        rates.amount as base_cents,
        weights.weight,
        cast(floor((2 * rates.amount * weights.weight + 10000) / 20000) as bigint) as price_cents
    from stays
    join stay_rates as rates on rates.claim_id = stays.claim_id and rates.kind = 'base'
    join program_drg_weights as weights
        on weights.drg = stays.drg
        and stays.rate_day between weights.from_day and weights.to_day
),
costs as (
    select
        stays.claim_id,
        ratios.amount as ratio,
        cast(floor((2 * stays.charge_cents * ratios.amount + 10000) / 20000) as bigint) as cost_cents
    from stays
    join stay_rates as ratios on ratios.claim_id = stays.claim_id and ratios.kind = 'cost_ratio'
),
moved as (
    select
        stays.claim_id,
        stays.drg,
        stays.rate_day,
        stays.days,
        stays.discharge_status,
        stays.charge_cents,
        weighed.base_cents,
        weighed.weight,
        weighed.price_cents,
        case
            when transfers.status is null or means.mean_days is null then weighed.price_cents
            else least(
                weighed.price_cents,
                cast(floor((
                    200 * weighed.price_cents * (stays.days - 1 + transfers.first_day_times) + means.mean_days
                ) / (2 * means.mean_days)) as bigint)
            )
        end as transfer_price_cents
    from stays
    join weighed on weighed.claim_id = stays.claim_id
    left join program_transfers as transfers
        on transfers.status = stays.discharge_status
        and stays.rate_day between transfers.from_day and transfers.to_day
    left join program_drg_days as means
        on means.drg = stays.drg
        and stays.rate_day between means.from_day and means.to_day
),
exceeded as (
    select
        moved.claim_id,
        costs.ratio,
        costs.cost_cents,
        case when outliers.over_price then moved.transfer_price_cents else 0 end + outliers.threshold_cents
            as threshold_cents,
        outliers.marginal
    from moved
    join program_outliers as outliers on moved.rate_day between outliers.from_day and outliers.to_day
    join costs on costs.claim_id = moved.claim_id
),
extra as (
    select
        claim_id,
        ratio,
        cost_cents,
        threshold_cents,
        cast(floor((2 * greatest(cost_cents - threshold_cents, 0) * marginal + 10000) / 20000) as bigint)
            as outlier_cents
    from exceeded
)
select
    moved.claim_id,
    moved.drg,
    moved.days,
    moved.discharge_status,
    moved.charge_cents,
    moved.base_cents,
    moved.weight,
    moved.price_cents,
    moved.transfer_price_cents,
    extra.ratio,
    extra.cost_cents,
    extra.threshold_cents,
    cast(coalesce(extra.outlier_cents, 0) as bigint) as outlier_cents,
    cast(moved.transfer_price_cents + coalesce(extra.outlier_cents, 0) as bigint) as stay_cents
from moved
left join extra on extra.claim_id = moved.claim_id
