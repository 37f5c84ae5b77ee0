-- Yields: expected − posted where they differ. Key: payee, person, month_index, fee, cell.
-- Inputs: expected, posted.
with both_sides as (
    select payee, person, month_index, fee, cell, cents as expected, 0 as already
    from expected
    union all
    select payee, person, month_index, fee, cell, 0 as expected, cents as already
    from posted
)

select
    payee,
    person,
    month_index,
    fee,
    cell,
    cast(sum(expected) as bigint) as expected,
    cast(sum(already) as bigint) as already
from both_sides
group by payee, person, month_index, fee, cell
having cast(sum(expected - already) as bigint) <> 0
