-- Yields: lines that passed every edit that comes before the limits, so that they take from limits and may contain
-- other services. A refused line with a sound copy takes nothing: the copy does.
-- Key: claim_id, line. Inputs: asked_lines, own_refusals, copies, program_edits.
with stopped as (
    select distinct
        own_refusals.claim_id,
        own_refusals.line
    from own_refusals
    join program_edits as edits on edits.finding = own_refusals.finding
    join program_edits as limits on limits.finding = 'bundled' and edits.position < limits.position
)
select
    asked_lines.claim_id,
    asked_lines.line,
    asked_lines.person_id,
    asked_lines.provider_npi,
    asked_lines.code,
    asked_lines.modifiers,
    asked_lines.units,
    asked_lines.service_date,
    asked_lines.received_on
from asked_lines
left join stopped on stopped.claim_id = asked_lines.claim_id and stopped.line = asked_lines.line
left join copies on copies.claim_id = asked_lines.claim_id and copies.line = asked_lines.line
where stopped.claim_id is null
    and copies.claim_id is null
