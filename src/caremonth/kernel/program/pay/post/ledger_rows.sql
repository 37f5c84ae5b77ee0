-- Yields: the rows this run adds to the ledger, in the columns of the contract. reverses: the last entry of the same
-- kind that a negative amount takes back. Key: entry_id.
-- Inputs: deltas, ledger, payee_numbers, person_numbers, cell_numbers, program_fees. Parameters: run_id.
with named as (
    select
        payees.payee_id,
        people.person_id,
        deltas.month as service_month,
        fees.fee_name as fee,
        cells.cell_name as rate_cell,
        deltas.cents as amount_cents,
        deltas.reason
    from deltas
    join payee_numbers as payees on payees.payee = deltas.payee
    join program_fees as fees on fees.fee = deltas.fee
    join cell_numbers as cells on cells.cell = deltas.cell
    left join person_numbers as people on people.person = deltas.person
),

taken_back as (
    select payee_id, coalesce(person_id, '') as person_id, service_month, fee, rate_cell
    from named
    where amount_cents < 0
),

reversed_entries as (
    select
        taken_back.payee_id,
        taken_back.person_id,
        taken_back.service_month,
        taken_back.fee,
        taken_back.rate_cell,
        max(ledger.entry_id) as entry_id
    from taken_back
    join ledger
        on ledger.payee_id = taken_back.payee_id
        and coalesce(ledger.person_id, '') = taken_back.person_id
        and ledger.service_month = taken_back.service_month
        and ledger.fee = taken_back.fee
        and coalesce(ledger.rate_cell, '') = taken_back.rate_cell
        and ledger.amount_cents > 0
    group by
        taken_back.payee_id,
        taken_back.person_id,
        taken_back.service_month,
        taken_back.fee,
        taken_back.rate_cell
)

select
    cast(:run_id as text) || '/' || named.payee_id || '/' || coalesce(named.person_id, '') || '/'
        || named.service_month || '/' || named.fee || '/' || named.rate_cell as entry_id,
    named.payee_id,
    named.person_id,
    named.service_month,
    named.fee,
    named.rate_cell,
    named.amount_cents,
    named.reason,
    cast(:run_id as text) as run_id,
    reversed_entries.entry_id as reverses
from named
left join reversed_entries
    on named.amount_cents < 0
    and reversed_entries.payee_id = named.payee_id
    and reversed_entries.person_id = coalesce(named.person_id, '')
    and reversed_entries.service_month = named.service_month
    and reversed_entries.fee = named.fee
    and reversed_entries.rate_cell = named.rate_cell
