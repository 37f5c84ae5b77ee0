-- Yields: each claim that a run sends, with its totals, its status (1 first payer, 2 after another, 4 denied, 22 reversed)
-- and what a remittance says of it. Reversals come before corrections.
-- Key: claim_row; claim_id, version, action. Inputs: remittance_deltas, claims, people, billers, adjudicated_lines.
with summed as (
    select
        remittance_deltas.billing_npi,
        remittance_deltas.claim_id,
        remittance_deltas.version,
        remittance_deltas.action,
        cast(sum(remittance_deltas.charge_cents) as bigint) as charge_cents,
        cast(sum(remittance_deltas.paid_cents) as bigint) as paid_cents,
        cast(sum(remittance_deltas.patient_cents) as bigint) as patient_cents,
        max(case when remittance_deltas.verdict = 'denied' then 0 else 1 end) as any_paid,
        max(case when adjudicated_lines.other_payer_cents > 0 then 1 else 0 end) as any_other
    from remittance_deltas
    left join adjudicated_lines
        on adjudicated_lines.claim_id = remittance_deltas.claim_id
        and adjudicated_lines.line = remittance_deltas.line
    group by
        remittance_deltas.billing_npi,
        remittance_deltas.claim_id,
        remittance_deltas.version,
        remittance_deltas.action
)
select
    billers.payment_row,
    row_number() over (
        order by
            billers.payment_row asc,
            summed.claim_id asc,
            summed.version asc,
            case summed.action when 'reversal' then 0 else 1 end asc
    ) - 1 as claim_row,
    summed.claim_id,
    summed.version,
    summed.action,
    coalesce(claims.patient_control_number, summed.claim_id) as patient_control_number,
    case
        when summed.action = 'reversal' then '22'
        when summed.any_paid = 0 then '4'
        when summed.any_other = 1 then '2'
        else '1'
    end as status_code,
    summed.charge_cents,
    summed.paid_cents,
    case when summed.patient_cents > 0 then summed.patient_cents end as patient_cents,
    claims.facility_code,
    claims.drg,
    case when claims.facility_code is not null then claims.frequency end as frequency_code,
    coalesce(claims.patient_family_name, people.family_name, 'NOT KNOWN') as family_name,
    case
        when claims.patient_family_name is not null then claims.patient_given_name
        else people.given_name
    end as given_name,
    claims.person_id
from summed
join billers on billers.billing_npi = summed.billing_npi
join claims on claims.claim_id = summed.claim_id
left join people on people.person_id = claims.person_id
