-- Yields: what a panel earns by steps of its size: so many members at each step's rate.
-- Key: payee_id, month_index, fee. Inputs: rated, program_fees, program_steps.
with panels as (
    select rated.payee_id, rated.month_index, rated.fee, cast(count(*) as bigint) as members
    from rated
    join program_fees as fees on fees.fee = rated.fee and fees.kind = 'graduated'
    group by rated.payee_id, rated.month_index, rated.fee
),

stepped as (
    select
        panels.payee_id,
        panels.month_index,
        panels.fee,
        cast(sum(greatest(least(panels.members, steps.up_to) - steps.above, 0) * steps.rate) as bigint) as amount
    from panels
    join program_steps as steps on steps.fee = panels.fee and steps.month_index = panels.month_index
    group by panels.payee_id, panels.month_index, panels.fee
)

select
    payee_id,
    '' as person_id,
    month_index,
    fee,
    'panel' as cell,
    cast(floor((2 * amount + 100) / 200) as bigint) as cents
from stepped
