-- Yields: lines with no unit left within a limit. Key: claim_id, line. Inputs: limited_units.
select
    claim_id,
    line,
    'over-limit' as finding,
    'limit ' || limit_name || ' is used up' as observed
from limited_units
where allowed_units = 0
    and units > 0
