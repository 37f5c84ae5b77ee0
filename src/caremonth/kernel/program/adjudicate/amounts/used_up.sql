-- Yields: lines that a referral or authorization covers, but for which none of its units are left.
-- Key: claim_id, line, finding. Inputs: unit_grants.
select
    claim_id,
    line,
    case purpose when 'referral' then 'referral-used-up' else 'authorization-used-up' end as finding,
    'no visit or unit is left on ' || referral_id as observed
from unit_grants
where granted_units = 0
    and asked_units > 0
