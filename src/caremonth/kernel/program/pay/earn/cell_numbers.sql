-- Yields: a number for each rate cell that the program has or the ledger names.
-- Key: cell; cell_name. Inputs: program_cells, ledger.
with named as (
    select cell_name from program_cells
    union
    select coalesce(rate_cell, '') as cell_name from ledger
)

select cell_name, cast(row_number() over (order by cell_name) as bigint) as cell
from named
