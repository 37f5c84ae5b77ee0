-- Yields: the claims that stand: no voids, and none that a later claim of the same biller replaced or voided.
-- Key: claim_id. Texts are '' where the claim says nothing; rendering falls back to billing in provider_npi.
-- Inputs: usable_claims.
with named as (
    select
        earlier.claim_id
    from usable_claims as earlier
    join usable_claims as later
        on later.original_claim_id = earlier.claim_id
        and coalesce(later.billing_npi, '') = coalesce(earlier.billing_npi, '')
        and later.person_id = earlier.person_id
        and later.claim_id <> earlier.claim_id
    where later.frequency in ('7', '8')
    group by earlier.claim_id
)
select
    claims.claim_id,
    claims.person_id,
    coalesce(claims.billing_npi, '') as billing_npi,
    coalesce(claims.billing_group, '') as billing_group,
    coalesce(claims.rendering_npi, '') as rendering_npi,
    coalesce(claims.rendering_npi, claims.billing_npi, '') as provider_npi,
    coalesce(claims.referring_npi, '') as referring_npi,
    coalesce(claims.referral_number, '') as referral_number,
    coalesce(claims.authorization_number, '') as authorization_number,
    claims.received_on,
    coalesce(claims.frequency, '1') as frequency,
    coalesce(claims.original_claim_id, '') as original_claim_id
from usable_claims as claims
left join named on named.claim_id = claims.claim_id
where coalesce(claims.frequency, '1') <> '8'
    and named.claim_id is null
