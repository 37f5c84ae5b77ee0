-- Yields: lines that stand as paid in remittances already sent. Key: claim_id, line. Inputs: sent_lines.
select
    claim_id,
    line
from sent_lines
where paid_cents > 0
