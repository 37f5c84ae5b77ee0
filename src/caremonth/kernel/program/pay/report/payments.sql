-- Yields: this run's payments, one a payee: earned + taken back + withheld + opening balance = paid +
-- held + closing balance.
-- Key: payee_id. Inputs: balances. Parameters: run_id, settlement, pays_now (false: the amount is held until a
-- month in which the program pays).
select
    payee_id,
    cast(:run_id as text) as run_id,
    earned_cents,
    taken_back_cents,
    withheld_cents,
    opening_balance_cents,
    cast(case when :pays_now then payable_cents else 0 end as bigint) as paid_cents,
    cast(case when :pays_now then 0 else payable_cents end as bigint) as held_cents,
    closing_balance_cents
from balances
where settlement = :settlement
