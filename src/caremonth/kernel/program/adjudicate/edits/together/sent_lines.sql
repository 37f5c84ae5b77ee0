-- Yields: the lines of claims as last sent in a remittance and not reversed since.
-- Key: claim_id, line. Inputs: remittance_lines.
with latest as (
    select
        claim_id,
        max(version) as version,
        max(case when action = 'reversal' then version else 0 end) as reversed_version
    from remittance_lines
    group by claim_id
)
select
    remittance_lines.claim_id,
    remittance_lines.line,
    remittance_lines.version,
    remittance_lines.person_id,
    coalesce(remittance_lines.billing_npi, '') as billing_npi,
    remittance_lines.code,
    remittance_lines.units,
    remittance_lines.charge_cents,
    remittance_lines.paid_cents,
    remittance_lines.patient_cents,
    remittance_lines.verdict,
    coalesce(remittance_lines.adjustments, '') as adjustments
from remittance_lines
join latest
    on latest.claim_id = remittance_lines.claim_id
    and latest.version = remittance_lines.version
    and latest.version > latest.reversed_version
where remittance_lines.action <> 'reversal'
