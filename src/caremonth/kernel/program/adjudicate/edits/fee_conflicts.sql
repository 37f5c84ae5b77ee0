-- Yields: fees of one program, code and modifier that are in force on one day with different amounts.
-- Key: program, code, modifier, start_date. Inputs: fee_schedule, calendar.
select distinct
    coalesce(earlier.program, '') as program,
    earlier.code,
    coalesce(earlier.modifier, '') as modifier,
    started.iso as start_date
from fee_schedule as earlier
join fee_schedule as later
    on later.code = earlier.code
    and coalesce(later.program, '') = coalesce(earlier.program, '')
    and coalesce(later.modifier, '') = coalesce(earlier.modifier, '')
    and later.start_date <= coalesce(earlier.end_date, 2932896)
    and later.start_date >= earlier.start_date
    and later.amount_cents <> earlier.amount_cents
join calendar as started on started.day = later.start_date
