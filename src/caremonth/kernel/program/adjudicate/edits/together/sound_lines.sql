-- Yields: lines that no edit of their own refuses or holds. Key: claim_id, line.
-- Inputs: asked_lines, own_refusals.
select
    asked_lines.claim_id,
    asked_lines.line
from asked_lines
left join (select distinct claim_id, line from own_refusals) as refused
    on refused.claim_id = asked_lines.claim_id and refused.line = asked_lines.line
where refused.claim_id is null
