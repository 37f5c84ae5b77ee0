-- Yields: claims that can be judged. Key: claim_id. Inputs: claims, unusable_claims.
select
    claims.claim_id,
    claims.person_id,
    claims.billing_npi,
    claims.billing_group,
    claims.rendering_npi,
    claims.referring_npi,
    claims.referral_number,
    claims.authorization_number,
    claims.received_on,
    claims.frequency,
    claims.original_claim_id
from claims
left join (select distinct claim_id from unusable_claims) as unusable on unusable.claim_id = claims.claim_id
where unusable.claim_id is null
