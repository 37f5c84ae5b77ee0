-- Yields: lines of replacement claims that name no claim of the same biller and member.
-- Key: claim_id, line. Inputs: asked_lines, usable_claims.
select
    asked_lines.claim_id,
    asked_lines.line,
    'replacement-unmatched' as finding,
    case
        when asked_lines.original_claim_id = '' then 'a replacement that does not say what it replaces'
        else 'claim ' || asked_lines.original_claim_id || ' of this biller and member is not known'
    end as observed
from asked_lines
left join usable_claims as claims
    on claims.claim_id = asked_lines.original_claim_id
    and claims.claim_id <> asked_lines.claim_id
    and claims.person_id = asked_lines.person_id
    and coalesce(claims.billing_npi, '') = asked_lines.billing_npi
where asked_lines.frequency = '7'
    and claims.claim_id is null
