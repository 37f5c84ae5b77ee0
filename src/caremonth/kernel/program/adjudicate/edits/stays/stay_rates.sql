-- Yields: the rates that hold for each stay, the hospital's own row or else the general one. By kind: per_diem, the price of
-- a day of a revenue code in cents; base, what the weight of the group multiplies, in cents; cost_ratio, what the hospital
-- spends of a dollar charged, in ten-thousandths.
-- Key: claim_id, kind, revenue_code ('' where the rate is one of the whole stay). Inputs: stay_lines, program_stay_rates.
with stays as (
    select distinct
        claim_id,
        billing_npi,
        rate_day,
        method,
        case when method = 'per_diem' then revenue_code else '' end as revenue_code
    from stay_lines
),
offered as (
    select
        stays.claim_id,
        rates.kind,
        stays.revenue_code,
        rates.amount,
        row_number() over (
            partition by stays.claim_id, rates.kind, stays.revenue_code
            order by case when rates.hospital = '' then 1 else 0 end asc, rates.amount asc
        ) as choice
    from stays
    join program_stay_rates as rates
        on rates.method = stays.method
        and rates.hospital in ('', stays.billing_npi)
        and stays.revenue_code between rates.revenue_from and rates.revenue_to
        and stays.rate_day between rates.from_day and rates.to_day
)
select
    claim_id,
    kind,
    revenue_code,
    amount
from offered
where choice = 1
