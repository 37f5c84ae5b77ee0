-- Yields: primary care visits by person and provider, on which days and for how much (charged).
-- Emergency, inpatient and laboratory services are not visits. Key: person, pcp, service_day.
-- Inputs: claims, claim_lines, provider_npis, person_numbers, program_visit_codes, program_visit_places.
-- Parameters: on_day, first_visit_day.
select
    people.person,
    coalesce(rendering.pcp, billing.pcp) as pcp,
    cast(claim_lines.service_date as bigint) as service_day,
    cast(sum(claim_lines.charge_cents) as bigint) as charge_cents
from claim_lines
join program_visit_codes as codes on codes.code = claim_lines.code
join claims on claims.claim_id = claim_lines.claim_id
join person_numbers as people on people.person_id = claims.person_id
left join program_visit_places as places on places.place_of_service = claim_lines.place_of_service
left join provider_npis as rendering on rendering.npi = claims.rendering_npi
left join provider_npis as billing on billing.npi = claims.billing_npi
where claim_lines.service_date < :on_day
    and claim_lines.service_date >= :first_visit_day
    and places.place_of_service is null
    and coalesce(rendering.pcp, billing.pcp) is not null
    and not coalesce(claim_lines.emergency, false)
group by people.person, coalesce(rendering.pcp, billing.pcp), claim_lines.service_date
