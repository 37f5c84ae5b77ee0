-- Yields: lines whose service needs a prior authorization on its date; emergencies never do.
-- Key: claim_id, line. Inputs: asked_lines, line_classes, program_authorizations, program_class_uses.
with free as (
    select distinct
        line_classes.claim_id,
        line_classes.line
    from line_classes
    join program_class_uses as uses on uses.class = line_classes.class and uses.purpose = 'no-authorization'
)
select distinct
    asked_lines.claim_id,
    asked_lines.line,
    asked_lines.person_id,
    asked_lines.billing_npi,
    asked_lines.provider_npi,
    asked_lines.authorization_number,
    asked_lines.service_date
from asked_lines
join line_classes on line_classes.claim_id = asked_lines.claim_id and line_classes.line = asked_lines.line
join program_authorizations as needed
    on needed.class = line_classes.class
    and asked_lines.service_date between needed.from_day and needed.to_day
left join free on free.claim_id = asked_lines.claim_id and free.line = asked_lines.line
where free.claim_id is null
