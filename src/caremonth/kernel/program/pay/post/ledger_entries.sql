-- Yields: what the ledger already holds of the program's fees in the months of the run, by numbers; person 0: a whole panel.
-- Key: as the ledger's rows. Inputs: ledger, program_fees, program_months, payee_numbers, person_numbers, cell_numbers.
-- kept: never (its readers each want other rows)
select
    payees.payee,
    coalesce(people.person, 0) as person,
    months.month_index,
    fees.fee,
    fees.kind,
    cells.cell,
    ledger.amount_cents as cents
from ledger
join program_fees as fees on fees.fee_name = ledger.fee
join program_months as months on months.month = ledger.service_month
join payee_numbers as payees on payees.payee_id = ledger.payee_id
join cell_numbers as cells on cells.cell_name = coalesce(ledger.rate_cell, '')
left join person_numbers as people on people.person_id = ledger.person_id
