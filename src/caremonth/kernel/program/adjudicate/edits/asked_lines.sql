-- Yields: the lines of the claims that stand, with what every edit asks of them. No units said means one unit;
-- providers and numbers that a line does not name are the claim's.
-- Key: claim_id, line. Inputs: claims_in_force, claim_lines, provider_taxonomies.
select
    standing.claim_id,
    claim_lines.line,
    standing.person_id,
    standing.billing_npi,
    standing.billing_group,
    coalesce(claim_lines.rendering_npi, standing.rendering_npi) as rendering_npi,
    coalesce(claim_lines.rendering_npi, standing.provider_npi) as provider_npi,
    coalesce(claim_lines.referring_npi, standing.referring_npi) as referring_npi,
    coalesce(claim_lines.referral_number, standing.referral_number) as referral_number,
    coalesce(claim_lines.authorization_number, standing.authorization_number) as authorization_number,
    standing.received_on,
    standing.frequency,
    standing.original_claim_id,
    claim_lines.code,
    coalesce(claim_lines.modifiers, '') as modifiers,
    cast(coalesce(claim_lines.units, 1) as bigint) as units,
    claim_lines.charge_cents,
    claim_lines.service_date,
    coalesce(claim_lines.place_of_service, '') as place,
    coalesce(claim_lines.revenue_code, '') as revenue_code,
    coalesce(claim_lines.diagnoses, '') as diagnoses,
    coalesce(claim_lines.emergency, false) as emergency,
    coalesce(claim_lines.family_planning, false) as family_planning,
    claim_lines.other_paid_cents,
    coalesce(provider_taxonomies.taxonomy, '') as taxonomy
from claims_in_force as standing
join claim_lines on claim_lines.claim_id = standing.claim_id
left join provider_taxonomies on provider_taxonomies.npi = coalesce(claim_lines.rendering_npi, standing.provider_npi)
