-- Yields: what the ledger already holds back of the program's fees in the months of the run; person 0: a whole panel.
-- Key: as the ledger's rows. Inputs: ledger_entries.
select payee, person, month_index, fee, cell, -cents as cents
from ledger_entries
where kind = 'withheld'
