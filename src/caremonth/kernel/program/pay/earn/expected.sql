-- Yields: all that is owed for the months of the run, by today's facts, in cents.
-- Key: payee, person (0 for a whole panel), month_index, fee, cell.
-- Inputs: expected_each, expected_steps, expected_blend.
select payee, person, month_index, fee, cell, cents from expected_each
union all
select payee, person, month_index, fee, cell, cents from expected_steps
union all
select payee, person, month_index, fee, cell, cents from expected_blend
