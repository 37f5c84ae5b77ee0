-- Yields: gated lines whose referring provider's number is missing, malformed, unknown, not enrolled, or, where that
-- number is the leave itself, not the member's primary care provider.
-- Key: claim_id, line. Inputs: gated_lines, asked_lines, line_pcp, npi_checks, providers, pcps, group_members.
with asked as (
    select
        gated_lines.claim_id,
        gated_lines.line,
        gated_lines.mechanism,
        gated_lines.referring_npi as demand,
        asked_lines.referring_npi,
        asked_lines.service_date,
        line_pcp.pcp_npi,
        line_pcp.pcp_group
    from gated_lines
    join asked_lines on asked_lines.claim_id = gated_lines.claim_id and asked_lines.line = gated_lines.line
    join line_pcp on line_pcp.claim_id = gated_lines.claim_id and line_pcp.line = gated_lines.line
    where gated_lines.mechanism = 'pcp_npi'
        or gated_lines.referring_npi = 'required'
        or (gated_lines.referring_npi = 'when_given' and asked_lines.referring_npi <> '')
),
known as (
    select
        asked.claim_id,
        asked.line,
        max(case when providers.npi is not null or pcps.npi is not null then 1 else 0 end) as listed,
        max(case
            when pcps.npi is not null then 1
            when coalesce(providers.enrolled_from, -2932896) <= asked.service_date
                and coalesce(providers.enrolled_to, 2932896) >= asked.service_date
                and providers.npi is not null then 1
            else 0
        end) as enrolled,
        max(case when asked.referring_npi = asked.pcp_npi or group_members.npi is not null then 1 else 0 end) as theirs
    from asked
    left join providers on providers.npi = asked.referring_npi
    left join pcps on pcps.npi = asked.referring_npi
    left join group_members
        on group_members.group_id = asked.pcp_group and group_members.npi = asked.referring_npi
    group by asked.claim_id, asked.line
),
judged as (
    select
        asked.claim_id,
        asked.line,
        asked.referring_npi,
        case
            when asked.referring_npi = '' then 'referring-npi-missing'
            when not coalesce(npi_checks.valid, false) then 'referring-npi-invalid'
            when known.listed = 0 then 'referring-npi-unknown'
            when known.enrolled = 0 then 'referring-npi-not-enrolled'
            when asked.mechanism = 'pcp_npi' and known.theirs = 0 then 'referring-npi-not-pcp'
            else ''
        end as finding
    from asked
    join known on known.claim_id = asked.claim_id and known.line = asked.line
    left join npi_checks on npi_checks.npi = asked.referring_npi
)
select
    claim_id,
    line,
    finding,
    case
        when referring_npi = '' then 'the claim names no referring provider'
        else 'referring provider ' || referring_npi
    end as observed
from judged
where finding <> ''
