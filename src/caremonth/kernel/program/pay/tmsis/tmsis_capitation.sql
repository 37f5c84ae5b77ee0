-- Yields: what this run paid or took back, one row a member and month, in the terms of the T-MSIS financial file
-- (individual capitation payments, FTX00002). adjustment_indicator: 0 a first payment, 4 a change of an earlier one
-- or of this one, by what is held back of it.
-- Key: icn_orig. Inputs: ledger_rows, program_fees, program_months, program_plan.
select
    ledger_rows.entry_id as icn_orig,
    coalesce(ledger_rows.reverses, '') as icn_adj,
    case when ledger_rows.reverses is null and ledger_rows.amount_cents > 0 and fees.kind <> 'withheld' then '0' else '4' end
        as adjustment_indicator,
    ledger_rows.amount_cents as payment_or_recoupment_cents,
    program_plan.payment_day,
    program_plan.payer_id,
    ledger_rows.payee_id,
    case fees.payee when 'entity' then '02' else '01' end as payee_id_type,
    ledger_rows.person_id as msis_identification_num,
    program_plan.plan_type as managed_care_plan_type,
    months.first_day as capitation_period_start_day,
    months.last_day as capitation_period_end_day,
    fees.type_of_service,
    ledger_rows.rate_cell
from ledger_rows
join program_fees as fees on fees.fee_name = ledger_rows.fee
join program_months as months on months.month = ledger_rows.service_month
cross join program_plan
where ledger_rows.person_id is not null
