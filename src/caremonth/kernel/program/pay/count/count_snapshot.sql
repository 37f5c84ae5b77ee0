-- Yields: member-months by the rule that one day of the month decides (its first or its last).
-- Key: basis, person, month_index. Inputs: basis_days, program_months.
select
    days.basis,
    days.person,
    months.month_index,
    days.pcp,
    days.class,
    days.birth_day,
    days.traits,
    days.provider_class,
    cast(1 as bigint) as part,
    cast(1 as bigint) as whole
from basis_days as days
join program_months as months
    on months.count_day between days.from_day and days.to_day
where months.count_rule in ('snapshot_first', 'snapshot_last')
