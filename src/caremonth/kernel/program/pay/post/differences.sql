-- Yields: expected − posted where they differ. Key: payee, person, month_index, fee, cell.
-- Inputs: expected, posted.
with both_sides as (
    select payee, person, month_index, fee, cell, cents as owed, 0 as given
    from expected
    union all
    select payee, person, month_index, fee, cell, 0 as owed, cents as given
    from posted
),

summed as (
    select
        payee,
        person,
        month_index,
        fee,
        cell,
        cast(sum(owed) as bigint) as expected,
        cast(sum(given) as bigint) as already
    from both_sides
    group by payee, person, month_index, fee, cell
)

select payee, person, month_index, fee, cell, expected, already
from summed
where expected <> already
