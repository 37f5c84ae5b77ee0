-- Yields: member-months by days: each provider earns its own days of the month, none twice.
-- Key: basis, person, month_index, pcp, class. Inputs: basis_days, program_months.
select
    days.basis,
    days.person,
    months.month_index,
    days.pcp,
    days.class,
    days.birth_day,
    days.traits,
    days.provider_class,
    cast(sum(least(days.to_day, months.last_day) - greatest(days.from_day, months.first_day) + 1) as bigint) as part,
    max(months.last_day - months.first_day + 1) as whole
from basis_days as days
join program_months as months
    on days.from_day <= months.last_day and days.to_day >= months.first_day
where months.count_rule = 'daily'
group by
    days.basis,
    days.person,
    months.month_index,
    days.pcp,
    days.class,
    days.birth_day,
    days.traits,
    days.provider_class
