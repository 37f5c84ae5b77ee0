-- Yields: lines that need no referral, with the reason: by the class of the service, or by who the member is.
-- Key: claim_id, line. Inputs: asked_lines, line_classes, people, program_exemptions, program_exempt_people.
with reasons as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        exemptions.class as reason
    from asked_lines
    join line_classes on line_classes.claim_id = asked_lines.claim_id and line_classes.line = asked_lines.line
    join program_exemptions as exemptions
        on exemptions.class = line_classes.class
        and asked_lines.service_date between exemptions.from_day and exemptions.to_day
    union all
    select
        asked_lines.claim_id,
        asked_lines.line,
        exempt.member as reason
    from asked_lines
    join people on people.person_id = asked_lines.person_id
    join program_exempt_people as exempt
        on asked_lines.service_date between exempt.from_day and exempt.to_day
        and (
            (exempt.member = 'tribal' and coalesce(people.tribal, false))
            or (exempt.member = 'foster' and coalesce(people.foster, false))
            or (exempt.member = 'ssi' and coalesce(people.ssi, false))
            or (exempt.member = 'pregnant' and coalesce(people.pregnant, false))
        )
)
select
    claim_id,
    line,
    min(reason) as reason
from reasons
group by claim_id, line
