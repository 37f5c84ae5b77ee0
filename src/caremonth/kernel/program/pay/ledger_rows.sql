-- Yields: the rows this run adds to the ledger, in the columns of the contract.
-- Key: entry_id. Inputs: deltas. Parameters: run_id.
select
    cast(:run_id as text) || '/' || payee_id || '/' || person_id || '/' || month || '/' || fee || '/' || cell as entry_id,
    payee_id,
    case when person_id <> '' then person_id end as person_id,
    month as service_month,
    fee,
    cell as rate_cell,
    cents as amount_cents,
    reason,
    :run_id as run_id,
    reverses
from deltas
