-- Yields: what a panel earns by steps of its size: so many members at each step's rate.
-- Key: payee, month_index, fee. Inputs: rated, program_steps.
with panels as (
    select payee, month_index, fee, cell, cast(count(*) as bigint) as members
    from rated
    where kind = 'graduated'
    group by payee, month_index, fee, cell
),

stepped as (
    select
        panels.payee,
        panels.month_index,
        panels.fee,
        panels.cell,
        cast(sum(greatest(least(panels.members, steps.up_to) - steps.above, 0) * steps.rate) as bigint) as amount
    from panels
    join program_steps as steps on steps.fee = panels.fee and steps.month_index = panels.month_index
    group by panels.payee, panels.month_index, panels.fee, panels.cell
)

select payee, 0 as person, month_index, fee, cell, cast(floor((2 * amount + 100) / 200) as bigint) as cents
from stepped
