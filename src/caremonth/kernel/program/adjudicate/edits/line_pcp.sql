-- Yields: for each line the member's primary care provider on the date of service (the newest record wins), and
-- whether that provider or its group billed or rendered the line.
-- Key: claim_id, line (lines of members without a provider are absent).
-- Inputs: asked_lines, current_assignments, pcps, group_members.
with found as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.billing_npi,
        asked_lines.billing_group,
        asked_lines.provider_npi,
        pcps.pcp_id,
        coalesce(pcps.group_id, pcps.pcp_id) as pcp_group,
        coalesce(pcps.npi, '') as pcp_npi,
        current_assignments.notified_on,
        row_number() over (
            partition by asked_lines.claim_id, asked_lines.line
            order by
                current_assignments.recorded_at desc,
                current_assignments.start_date desc,
                current_assignments.pcp_id asc
        ) as newest
    from asked_lines
    join current_assignments
        on current_assignments.person_id = asked_lines.person_id
        and current_assignments.start_date <= asked_lines.service_date
        and coalesce(current_assignments.end_date, 2932896) >= asked_lines.service_date
    join pcps on pcps.pcp_id = current_assignments.pcp_id
)
select
    found.claim_id,
    found.line,
    found.pcp_id,
    found.pcp_group,
    found.pcp_npi,
    found.notified_on,
    found.billing_group = found.pcp_group
        or (found.pcp_npi <> '' and found.pcp_npi in (found.billing_npi, found.provider_npi))
        or billing.npi is not null
        or rendering.npi is not null as own
from found
left join group_members as billing
    on billing.group_id = found.pcp_group and billing.npi = found.billing_npi
left join group_members as rendering
    on rendering.group_id = found.pcp_group and rendering.npi = found.provider_npi
where found.newest = 1
