-- Yields: what the ledger already holds for the program's fees in the months of the run.
-- Key: entry_id. Inputs: ledger, program_fees, program_months.
select
    ledger.entry_id,
    ledger.payee_id,
    coalesce(ledger.person_id, '') as person_id,
    months.month_index,
    ledger.fee,
    coalesce(ledger.rate_cell, '') as cell,
    ledger.amount_cents as cents
from ledger
join program_fees as fees on fees.fee = ledger.fee
join program_months as months on months.month = ledger.service_month
