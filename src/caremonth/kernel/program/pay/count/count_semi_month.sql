-- Yields: member-months by halves: active by the set day earns the whole, later a percentage (which may be none).
-- The newest transaction takes the month. Key: basis, person, month_index. Inputs: basis_days, program_months.
-- Parameters: whole_until_day (day of the month), later_percent.
with active as (
    select
        days.basis,
        days.person,
        months.month_index,
        months.first_day,
        days.pcp,
        days.class,
        days.birth_day,
        days.traits,
        days.provider_class,
        min(cast(greatest(days.from_day, months.first_day) as bigint)) over (
            partition by days.basis, days.person, months.month_index, days.pcp
        ) as since,
        row_number() over (
            partition by days.basis, days.person, months.month_index
            order by days.recorded_at desc, days.from_day desc
        ) as newest
    from basis_days as days
    join program_months as months
        on days.from_day <= months.last_day and days.to_day >= months.first_day
    where months.count_rule = 'semi_month'
),

shares as (
    select
        basis,
        person,
        month_index,
        pcp,
        class,
        birth_day,
        traits,
        provider_class,
        case when since < first_day + :whole_until_day then 100 else :later_percent end as part
    from active
    where newest = 1
)

select basis, person, month_index, pcp, class, birth_day, traits, provider_class, part, 100 as whole
from shares
where part > 0
