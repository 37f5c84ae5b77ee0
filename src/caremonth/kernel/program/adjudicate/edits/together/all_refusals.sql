-- Yields: everything that stands against a line, before the units of referrals are counted.
-- Key: claim_id, line, finding. Inputs: own_refusals, duplicate, bundled, over_limit.
select claim_id, line, finding, observed from own_refusals
union all
select claim_id, line, finding, observed from duplicate
union all
select claim_id, line, finding, observed from bundled
union all
select claim_id, line, finding, observed from over_limit
