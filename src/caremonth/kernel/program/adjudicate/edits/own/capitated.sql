-- Yields: lines for services that the member's primary care provider is already paid for by capitation.
-- Key: claim_id, line. Inputs: asked_lines, line_pcp, line_classes, program_capitated.
select
    asked_lines.claim_id,
    asked_lines.line,
    'capitated' as finding,
    'within the capitation of provider ' || min(line_pcp.pcp_id) as observed
from asked_lines
join line_pcp on line_pcp.claim_id = asked_lines.claim_id and line_pcp.line = asked_lines.line
join line_classes on line_classes.claim_id = asked_lines.claim_id and line_classes.line = asked_lines.line
join program_capitated as capitated
    on capitated.class = line_classes.class
    and asked_lines.service_date between capitated.from_day and capitated.to_day
where line_pcp.own or capitated.any_provider
group by asked_lines.claim_id, asked_lines.line
