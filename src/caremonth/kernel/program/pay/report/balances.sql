-- Yields: each payee's settlements with the balance that was owed to the program before and after (0 or negative).
-- With S the running sum of what was posted and P its highest point so far (at least 0), the balance is S − P:
-- a payment never goes below nothing, and what could not be taken back waits for the next.
-- Key: payee_id, settlement. Inputs: run_amounts.
with nets as (
    select
        payee_id,
        settlement,
        cast(sum(earned_cents) as bigint) as earned_cents,
        cast(sum(taken_back_cents) as bigint) as taken_back_cents,
        cast(sum(withheld_cents) as bigint) as withheld_cents
    from run_amounts
    group by payee_id, settlement
),

running as (
    select
        payee_id,
        settlement,
        earned_cents,
        taken_back_cents,
        withheld_cents,
        cast(sum(earned_cents + taken_back_cents + withheld_cents) over (
            partition by payee_id
            order by settlement
            rows between unbounded preceding and current row
        ) as bigint) as total
    from nets
),

peaks as (
    select
        payee_id,
        settlement,
        earned_cents,
        taken_back_cents,
        withheld_cents,
        total,
        max(greatest(total, 0)) over (
            partition by payee_id
            order by settlement
            rows between unbounded preceding and current row
        ) as peak,
        coalesce(max(greatest(total, 0)) over (
            partition by payee_id
            order by settlement
            rows between unbounded preceding and 1 preceding
        ), 0) as earlier_peak
    from running
)

select
    payee_id,
    settlement,
    earned_cents,
    taken_back_cents,
    withheld_cents,
    total - earned_cents - taken_back_cents - withheld_cents - earlier_peak as opening_balance_cents,
    total - peak as closing_balance_cents,
    peak - earlier_peak as payable_cents
from peaks
