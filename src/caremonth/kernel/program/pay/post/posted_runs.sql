-- Yields: the runs that the ledger holds for the program's fees, with the latest month each paid.
-- Key: run_id. Inputs: ledger, program_fees.
select ledger.run_id, max(ledger.service_month) as latest
from ledger
join program_fees as fees on fees.fee_name = ledger.fee
group by ledger.run_id
