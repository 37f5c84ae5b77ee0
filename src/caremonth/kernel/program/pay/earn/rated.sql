-- Yields: member-months with each fee's rate cell, its payee and its rate in hundredths of a cent.
-- Key: fee and the key of member_months. Inputs: member_months, rates, provider_traits, payee_numbers.
-- Parameters: entity (the payee of the entity's fees).
select
    rates.fee,
    rates.kind,
    case rates.payee_kind
        when 'pcp' then providers.pcp_payee
        when 'group' then providers.group_payee
        else entity.payee
    end as payee,
    months.person,
    months.month_index,
    rates.tier,
    rates.cell,
    rates.rate,
    months.part,
    months.whole
from member_months as months
join rates
    on rates.basis = months.basis
    and rates.month_index = months.month_index
    and rates.age_band = months.age_band
    and rates.class = months.class
    and rates.traits = months.traits
    and rates.provider_class = months.provider_class
join payee_numbers as entity on entity.payee_id = cast(:entity as text)
left join provider_traits as providers on providers.pcp = months.pcp
