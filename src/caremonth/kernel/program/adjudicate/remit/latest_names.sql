-- Yields: name and tax id of each billing provider, as its latest claim has them, else as the program knows it.
-- Key: billing_npi. Inputs: billers, claims, pcps, providers.
with ranked as (
    select
        claims.billing_npi,
        claims.billing_name,
        claims.billing_tax_id,
        row_number() over (
            partition by claims.billing_npi
            order by claims.received_on desc nulls last, claims.claim_id desc
        ) as newest
    from claims
    where claims.billing_name is not null
),
known as (
    select npi, name from pcps where name is not null
    union all
    select npi, name from providers where name is not null
),
named as (
    select
        npi,
        min(name) as name
    from known
    group by npi
)
select
    billers.payment_row,
    billers.billing_npi,
    coalesce(ranked.billing_name, named.name, 'PROVIDER ' || billers.billing_npi) as name,
    ranked.billing_tax_id as tax_id,
    billers.claims_cents
from billers
left join ranked on ranked.billing_npi = billers.billing_npi and ranked.newest = 1
left join named on named.npi = billers.billing_npi
