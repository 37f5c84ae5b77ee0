-- Yields: what each run posted for each payee: what it earned, what was taken back (negative), and what was held back
-- of that (negative; positive where it was given back with a fee that was taken back).
-- A payment settles one run, or several where the program pays less often than it counts.
-- Key: payee_id, run_id. Inputs: ledger, program_fees, program_settlements, deltas, withheld_deltas,
-- payee_numbers.
-- Parameters: run_id, settlement (its number).
with rows_of_all_runs as (
    select ledger.payee_id, ledger.run_id, settlements.settlement, fees.kind = 'withheld' as withheld, ledger.amount_cents as cents
    from ledger
    join program_fees as fees on fees.fee_name = ledger.fee
    join program_settlements as settlements on settlements.run_id = ledger.run_id
    union all
    select payees.payee_id, cast(:run_id as text) as run_id, :settlement as settlement, false as withheld, deltas.cents
    from deltas
    join payee_numbers as payees on payees.payee = deltas.payee
    union all
    select payees.payee_id, cast(:run_id as text) as run_id, :settlement as settlement, true as withheld, held.cents
    from withheld_deltas as held
    join payee_numbers as payees on payees.payee = held.payee
)

select
    payee_id,
    run_id,
    settlement,
    cast(sum(case when cents > 0 and not withheld then cents else 0 end) as bigint) as earned_cents,
    cast(sum(case when cents < 0 and not withheld then cents else 0 end) as bigint) as taken_back_cents,
    cast(sum(case when withheld then cents else 0 end) as bigint) as withheld_cents
from rows_of_all_runs
group by payee_id, run_id, settlement
