-- Yields: claims for room and board, with their days; without days of admission and discharge, those of their lines.
-- Key: claim_id. Inputs: service_lines, claims, program_value_sets.
select
    lines.claim_id,
    lines.person_id,
    min(coalesce(claims.admitted_on, lines.service_date)) as admitted,
    max(coalesce(claims.discharged_on, lines.service_date)) as discharged,
    min(substr(lines.diagnoses, 2, 8)) as principal
from service_lines as lines
join claims on claims.claim_id = lines.claim_id
join program_value_sets as sets
    on sets.value_set = 'room_and_board'
    and lines.revenue_code between sets.first_value and sets.last_value
    and lines.service_date between sets.from_day and sets.to_day
group by lines.claim_id, lines.person_id
