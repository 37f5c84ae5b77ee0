-- Yields: fees of the ledger that are none of the program's, with the number of their rows. Key: fee_name.
-- Inputs: ledger, program_fees.
select ledger.fee as fee_name, cast(count(*) as bigint) as entries
from ledger
left join program_fees as fees on fees.fee_name = ledger.fee
where fees.fee_name is null
group by ledger.fee
