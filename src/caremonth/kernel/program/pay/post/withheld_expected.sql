-- Yields: what is to be held back of what the ledger holds for each fee once this run is posted, half up to the cent.
-- It follows the fee as it is paid, not as it is expected: a month that is left as it was keeps what was held back of it.
-- Key: payee, person, month_index, fee (the number of what is withheld), cell.
-- Inputs: posted, program_withholds, deltas.
with paid as (
    select payee, person, month_index, fee, cell, cents from posted
    union all
    select payee, person, month_index, fee, cell, cents from deltas
),

summed as (
    select
        paid.payee,
        paid.person,
        paid.month_index,
        withholds.withheld_fee as fee,
        paid.cell,
        withholds.share,
        cast(sum(paid.cents) as bigint) as cents
    from paid
    join program_withholds as withholds on withholds.fee = paid.fee and withholds.month_index = paid.month_index
    where withholds.share > 0
    group by paid.payee, paid.person, paid.month_index, withholds.withheld_fee, paid.cell, withholds.share
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
