-- Yields: received lines without a date of service or with units that are no whole number. Key: claim_id, line.
-- Inputs: received_claims, numbered_lines.
select
    received_claims.claim_id,
    lines.line,
    case when lines.units like '%.%' then 'units' else 'service_date' end as field,
    coalesce(lines.units, '') as value,
    case
        when lines.units like '%.%' then 'units are no whole number, and nothing is rounded'
        else 'neither the line nor the claim names a day of service'
    end as why,
    case
        when lines.units like '%.%' then 'send whole units'
        else 'send the day of service (DTP 472)'
    end as what_to_do
from received_claims
join numbered_lines as lines on lines.claim_row = received_claims.claim_row
where lines.units like '%.%'
    or coalesce(lines.service_date, received_claims.statement_start_date) is null
