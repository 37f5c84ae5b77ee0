-- Yields: what the program adds to the fee of a visit to the member's own provider. Key: claim_id, line.
-- Inputs: asked_lines, line_pcp, line_classes, program_add_ons.
with matched as (
    select distinct
        asked_lines.claim_id,
        asked_lines.line,
        add_ons.name,
        add_ons.cents
    from asked_lines
    join line_pcp
        on line_pcp.claim_id = asked_lines.claim_id and line_pcp.line = asked_lines.line and line_pcp.own
    join line_classes
        on line_classes.claim_id = asked_lines.claim_id and line_classes.line = asked_lines.line
    join program_add_ons as add_ons
        on add_ons.class = line_classes.class
        and asked_lines.service_date between add_ons.from_day and add_ons.to_day
)
select
    claim_id,
    line,
    cast(sum(cents) as bigint) as add_on_cents
from matched
group by claim_id, line
