-- Yields: how many units of each payable line are paid: within limits, and within its referral and authorization.
-- Key: claim_id, line. Inputs: line_verdicts, asked_lines, limited_units, unit_grants.
with granted as (
    select
        claim_id,
        line,
        min(granted_units) as granted_units,
        min(case when purpose = 'referral' then referral_id end) as referral_id,
        max(case when purpose = 'referral' then granted_units else 0 end) as referral_units
    from unit_grants
    group by claim_id, line
)
select
    line_verdicts.claim_id,
    line_verdicts.line,
    asked_lines.units,
    coalesce(limited_units.allowed_units, asked_lines.units) as within_limit,
    least(
        coalesce(limited_units.allowed_units, asked_lines.units),
        coalesce(granted.granted_units, asked_lines.units)
    ) as allowed_units,
    coalesce(granted.referral_id, '') as referral_id
from line_verdicts
join asked_lines on asked_lines.claim_id = line_verdicts.claim_id and asked_lines.line = line_verdicts.line
left join limited_units
    on limited_units.claim_id = line_verdicts.claim_id and limited_units.line = line_verdicts.line
left join granted on granted.claim_id = line_verdicts.claim_id and granted.line = line_verdicts.line
where line_verdicts.verdict = 'paid'
