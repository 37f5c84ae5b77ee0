-- Yields: member-months by the rule that any active day counts; the newest transaction takes the month.
-- Key: basis, person, month_index. Inputs: basis_days, program_months.
with active as (
    select
        days.basis,
        days.person,
        months.month_index,
        days.pcp,
        days.class,
        days.birth_day,
        days.traits,
        days.provider_class,
        row_number() over (
            partition by days.basis, days.person, months.month_index
            order by days.recorded_at desc, days.from_day desc
        ) as newest
    from basis_days as days
    join program_months as months
        on days.from_day <= months.last_day and days.to_day >= months.first_day
    where months.count_rule = 'any_day'
)

select basis, person, month_index, pcp, class, birth_day, traits, provider_class, 1 as part, 1 as whole
from active
where newest = 1
