-- Yields: lines that repeat a payable line. Key: claim_id, line. Inputs: copies.
select
    claim_id,
    line,
    'duplicate' as finding,
    'the same service as line ' || cast(payable_line as varchar) || ' of claim ' || payable_claim_id as observed
from copies
