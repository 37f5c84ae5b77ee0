-- Yields: lines of claims that stand, paid or not, with what value sets look at. principal is the first diagnosis.
-- Key: claim_id, line. Inputs: asked_lines.
select
    claim_id,
    line,
    person_id,
    provider_npi,
    code,
    place,
    revenue_code,
    taxonomy,
    ';' || diagnoses as diagnoses,
    service_date
from asked_lines
