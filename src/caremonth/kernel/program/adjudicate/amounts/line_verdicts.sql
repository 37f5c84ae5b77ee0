-- Yields: each line's verdict: paid, denied, or pended with its whole claim, and the finding that decided.
-- Key: claim_id, line. Inputs: asked_lines, findings.
with held_claims as (
    select distinct
        claim_id
    from findings
    where place = 1
        and outcome = 'pended'
)
select
    asked_lines.claim_id,
    asked_lines.line,
    case
        when held_claims.claim_id is not null then 'pended'
        when findings.claim_id is not null then 'denied'
        else 'paid'
    end as verdict,
    coalesce(findings.finding, '') as finding,
    coalesce(findings.group_code, '') as group_code,
    coalesce(findings.reason, '') as reason,
    coalesce(findings.remark, '') as remark
from asked_lines
left join findings
    on findings.claim_id = asked_lines.claim_id and findings.line = asked_lines.line and findings.place = 1
left join held_claims on held_claims.claim_id = asked_lines.claim_id
