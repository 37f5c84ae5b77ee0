-- Yields: expected − posted where they differ. An entry of the ledger whose rate cell is not one of the program's, or is
-- not told, is held against the cell that is expected. Key: payee, person, month_index, fee, cell.
-- Inputs: expected, posted, cell_numbers, program_cells.
with other_cells as (
    select numbers.cell
    from cell_numbers as numbers
    left join program_cells on program_cells.cell_name = numbers.cell_name
    where program_cells.cell_name is null
),

posted_of_other_cells as (
    select posted.payee, posted.person, posted.month_index, posted.fee, posted.cell, posted.cents
    from posted
    join other_cells on other_cells.cell = posted.cell
),

their_cells as (
    select expected.payee, expected.person, expected.month_index, expected.fee, min(expected.cell) as cell
    from expected
    join (select distinct payee, person, month_index, fee from posted_of_other_cells) as others
        on others.payee = expected.payee
        and others.person = expected.person
        and others.month_index = expected.month_index
        and others.fee = expected.fee
    group by expected.payee, expected.person, expected.month_index, expected.fee
),

both_sides as (
    select payee, person, month_index, fee, cell, cents as owed, 0 as given
    from expected
    union all
    select posted.payee, posted.person, posted.month_index, posted.fee, posted.cell, 0 as owed, posted.cents as given
    from posted
    left join other_cells on other_cells.cell = posted.cell
    where other_cells.cell is null
    union all
    select
        others.payee,
        others.person,
        others.month_index,
        others.fee,
        coalesce(their_cells.cell, others.cell) as cell,
        0 as owed,
        others.cents as given
    from posted_of_other_cells as others
    left join their_cells
        on their_cells.payee = others.payee
        and their_cells.person = others.person
        and their_cells.month_index = others.month_index
        and their_cells.fee = others.fee
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
