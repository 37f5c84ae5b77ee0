-- Yields: lines of claims that a person holds for review and has not released.
-- Key: claim_id, line. Inputs: asked_lines, claim_holds.
select
    asked_lines.claim_id,
    asked_lines.line,
    'held-for-review' as finding,
    'held: ' || min(coalesce(claim_holds.reason, 'no reason given')) as observed
from asked_lines
join claim_holds on claim_holds.claim_id = asked_lines.claim_id
where claim_holds.released_on is null
group by asked_lines.claim_id, asked_lines.line
