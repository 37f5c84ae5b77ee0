-- Yields: all that is owed for the months of the run, by today's facts, in cents.
-- Key: payee_id, person_id ('' for a whole panel), month_index, fee, cell.
-- Inputs: expected_each, expected_steps, expected_blend.
select payee_id, person_id, month_index, fee, cell, cents from expected_each
union all
select payee_id, person_id, month_index, fee, cell, cents from expected_steps
union all
select payee_id, person_id, month_index, fee, cell, cents from expected_blend
