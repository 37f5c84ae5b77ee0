-- Yields: for each kind of member-month and each month: every fee's cell and its rate in hundredths of a cent.
-- Key: basis, age_band, class, traits, provider_class, month_index, fee.
-- Inputs: profile_cells, program_rates, program_fees, cell_numbers.
select
    cells.basis,
    cells.age_band,
    cells.class,
    cells.traits,
    cells.provider_class,
    cells.tier,
    rates.month_index,
    fees.fee,
    fees.kind,
    fees.payee as payee_kind,
    numbers.cell,
    rates.rate
from profile_cells as cells
join program_fees as fees on fees.fee_name = cells.fee_name
join program_rates as rates on rates.fee_name = cells.fee_name and rates.cell_name = cells.cell_name
join cell_numbers as numbers on numbers.cell_name = cells.cell_name
