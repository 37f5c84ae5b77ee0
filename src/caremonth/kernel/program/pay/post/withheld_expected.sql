-- Yields: what is to be held back of what the ledger holds for each fee once this run is posted, half up to the cent.
-- It follows the fee as it is paid, not as it is expected: a month that is left as it was keeps what was held back of it.
-- Key: payee, person, month_index, fee (the number of what is withheld), cell.
-- Inputs: ledger, program_fees, program_months, program_withholds, payee_numbers, person_numbers, cell_numbers, deltas.
with withheld as (
    select withholds.fee, withholds.withheld_fee, withholds.month_index, withholds.share, months.month, fees.fee_name
    from program_withholds as withholds
    join program_fees as fees on fees.fee = withholds.fee
    join program_months as months on months.month_index = withholds.month_index
    where withholds.share > 0
),

paid as (
    select
        payees.payee,
        coalesce(people.person, 0) as person,
        withheld.month_index,
        withheld.withheld_fee as fee,
        cells.cell,
        withheld.share,
        ledger.amount_cents as cents
    from ledger
    join withheld on withheld.fee_name = ledger.fee and withheld.month = ledger.service_month
    join payee_numbers as payees on payees.payee_id = ledger.payee_id
    join cell_numbers as cells on cells.cell_name = coalesce(ledger.rate_cell, '')
    left join person_numbers as people on people.person_id = ledger.person_id
    union all
    select
        deltas.payee,
        deltas.person,
        deltas.month_index,
        withheld.withheld_fee as fee,
        deltas.cell,
        withheld.share,
        deltas.cents
    from deltas
    join withheld on withheld.fee = deltas.fee and withheld.month_index = deltas.month_index
),

summed as (
    select payee, person, month_index, fee, cell, share, cast(sum(cents) as bigint) as cents
    from paid
    group by payee, person, month_index, fee, cell, share
)

select
    payee,
    person,
    month_index,
    fee,
    cell,
    cast(floor((2 * cents * share + 10000) / 20000) as bigint) as cents
from summed
where cents > 0
