-- Yields: lines that may be paid only by the member's provider's leave, with the gate that stands before each: not
-- exempt, a member with a provider who has been told so, billed and rendered outside that provider's group.
-- Key: claim_id, line. Inputs: asked_lines, line_pcp, exempt_lines, line_classes, pcps, program_gates,
-- program_gate_classes.
with primary_care as (
    select distinct
        npi
    from pcps
    where npi is not null
),
outside as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.service_date,
        case when billing.npi is null and rendering.npi is null then 'specialist' else 'pcp' end as provider_kind
    from asked_lines
    join line_pcp on line_pcp.claim_id = asked_lines.claim_id and line_pcp.line = asked_lines.line
    left join exempt_lines on exempt_lines.claim_id = asked_lines.claim_id and exempt_lines.line = asked_lines.line
    left join primary_care as billing on billing.npi = asked_lines.billing_npi
    left join primary_care as rendering on rendering.npi = asked_lines.provider_npi
    where exempt_lines.claim_id is null
        and not line_pcp.own
        and coalesce(line_pcp.notified_on, asked_lines.service_date) <= asked_lines.service_date
),
in_class as (
    select distinct
        line_classes.claim_id,
        line_classes.line,
        classes.gate
    from line_classes
    join program_gate_classes as classes on classes.class = line_classes.class
),
ranked as (
    select
        outside.claim_id,
        outside.line,
        gates.gate,
        gates.mechanism,
        gates.absent_finding,
        gates.referring_npi,
        row_number() over (
            partition by outside.claim_id, outside.line
            order by gates.position asc
        ) as choice
    from outside
    join program_gates as gates
        on outside.service_date between gates.from_day and gates.to_day
        and gates.provider_kind in ('any', outside.provider_kind)
    left join in_class
        on in_class.claim_id = outside.claim_id
        and in_class.line = outside.line
        and in_class.gate = gates.gate
    where gates.all_services or in_class.gate is not null
)
select
    claim_id,
    line,
    gate,
    mechanism,
    absent_finding,
    referring_npi
from ranked
where choice = 1
