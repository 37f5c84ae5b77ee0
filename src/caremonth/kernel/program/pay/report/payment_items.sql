-- Yields: the runs that this run's payments settle. Key: payee_id, run_id. Inputs: run_amounts.
-- Parameters: settlement.
select payee_id, run_id, earned_cents, taken_back_cents, withheld_cents
from run_amounts
where settlement = :settlement
