-- Yields: lines that ask for no unit at all. Key: claim_id, line. Inputs: asked_lines.
select
    claim_id,
    line,
    'units-missing' as finding,
    'the line asks for 0 units' as observed
from asked_lines
where units < 1
