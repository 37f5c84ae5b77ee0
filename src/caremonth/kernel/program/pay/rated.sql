-- Yields: member-months with each fee's rate cell, its payee and its rate in hundredths of a cent.
-- Key: fee and the key of member_months. Inputs: member_months, profile_cells, program_fees, program_rates.
-- Parameters: entity (the payee of the entity's fees).
select
    cells.fee,
    case fees.payee when 'pcp' then months.pcp_id when 'group' then months.group_id else :entity end as payee_id,
    months.person_id,
    months.month_index,
    months.tier,
    cells.cell,
    rates.rate,
    months.part,
    months.whole
from member_months as months
join profile_cells as cells
    on cells.basis = months.basis
    and cells.age_band = months.age_band
    and cells.group_name = months.group_name
    and cells.risk = months.risk
    and cells.person_traits = months.person_traits
    and cells.provider_traits = months.provider_traits
join program_fees as fees on fees.fee = cells.fee
join program_rates as rates
    on rates.fee = cells.fee and rates.cell = cells.cell and rates.month_index = months.month_index
