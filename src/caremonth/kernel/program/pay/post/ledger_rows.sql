-- Yields: the rows this run adds to the ledger, in the columns of the contract. What is held back of a fee is a row of
-- its own, negative. reverses: the last entry of the same kind that a negative amount takes back (a positive one, where
-- it gives back what was held back). Key: entry_id.
-- Inputs: deltas, withheld_deltas, ledger, payee_numbers, person_numbers, cell_numbers, program_fees. Parameters: run_id.
with moved as (
    select payee, person, month, fee, cell, cents, reason from deltas
    union all
    select payee, person, month, fee, cell, cents, reason from withheld_deltas
),

named as (
    select
        payees.payee_id,
        people.person_id,
        moved.month as service_month,
        fees.fee_name as fee,
        cells.cell_name as rate_cell,
        moved.cents as amount_cents,
        moved.reason,
        case when fees.kind = 'withheld' then moved.cents > 0 else moved.cents < 0 end as takes_back
    from moved
    join payee_numbers as payees on payees.payee = moved.payee
    join program_fees as fees on fees.fee = moved.fee
    join cell_numbers as cells on cells.cell = moved.cell
    left join person_numbers as people on people.person = moved.person
),

taken_back as (
    select payee_id, coalesce(person_id, '') as person_id, service_month, fee, rate_cell, amount_cents > 0 as given
    from named
    where takes_back
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
        and (ledger.amount_cents < 0) = taken_back.given
        and ledger.amount_cents <> 0
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
    on named.takes_back
    and reversed_entries.payee_id = named.payee_id
    and reversed_entries.person_id = coalesce(named.person_id, '')
    and reversed_entries.service_month = named.service_month
    and reversed_entries.fee = named.fee
    and reversed_entries.rate_cell = named.rate_cell
