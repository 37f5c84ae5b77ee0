-- Yields: what each run posted for each payee: what it earned, and what was taken back (negative).
-- A payment settles one run, or several where the program pays less often than it counts.
-- Key: payee_id, run_id. Inputs: ledger, program_fees, program_settlements, deltas, payee_numbers.
-- Parameters: run_id, settlement (its number).
with rows_of_all_runs as (
    select ledger.payee_id, ledger.run_id, settlements.settlement, ledger.amount_cents as cents
    from ledger
    join program_fees as fees on fees.fee_name = ledger.fee
    join program_settlements as settlements on settlements.run_id = ledger.run_id
    union all
    select payees.payee_id, cast(:run_id as text) as run_id, :settlement as settlement, deltas.cents
    from deltas
    join payee_numbers as payees on payees.payee = deltas.payee
)

select
    payee_id,
    run_id,
    settlement,
    cast(sum(case when cents > 0 then cents else 0 end) as bigint) as earned_cents,
    cast(sum(case when cents < 0 then cents else 0 end) as bigint) as taken_back_cents
from rows_of_all_runs
group by payee_id, run_id, settlement
