-- Yields: for each month: members on panels + members without a provider = members; and the money of the month.
-- two_payees counts member-months that two providers would be paid for; it must be 0 (the daily rule shares by day).
-- posted_now_cents is after what was held back of it, withheld_now_cents (negative).
-- Key: month. Inputs: member_months, expected, deltas, withheld_deltas, program_months.
with people as (
    select
        month_index,
        person,
        max(case when basis = 1 then 1 else 0 end) as on_panel,
        max(case when basis = 2 then 1 else 0 end) as member,
        cast(sum(case when basis = 1 then 1 else 0 end) as bigint) as panels
    from member_months
    group by month_index, person
),

months as (
    select
        people.month_index,
        cast(sum(people.on_panel) as bigint) as on_panels,
        cast(sum(case when people.member = 1 and people.on_panel = 0 then 1 else 0 end) as bigint) as unassigned,
        cast(sum(people.member) as bigint) as members,
        cast(sum(case when people.panels > 1 then 1 else 0 end) as bigint) as on_two_panels
    from people
    group by people.month_index
),

owed as (
    select month_index, cast(sum(cents) as bigint) as cents
    from expected
    group by month_index
),

posted_now as (
    select month_index, cast(sum(cents) as bigint) as cents
    from deltas
    group by month_index
),

withheld_now as (
    select month_index, cast(sum(cents) as bigint) as cents
    from withheld_deltas
    group by month_index
)

select
    program_months.month,
    coalesce(months.on_panels, 0) as on_panels,
    coalesce(months.unassigned, 0) as unassigned,
    coalesce(months.members, 0) as members,
    cast(case when program_months.count_rule = 'daily' then 0 else coalesce(months.on_two_panels, 0) end as bigint)
        as two_payees,
    coalesce(owed.cents, 0) as expected_cents,
    coalesce(posted_now.cents, 0) + coalesce(withheld_now.cents, 0) as posted_now_cents,
    coalesce(withheld_now.cents, 0) as withheld_now_cents
from program_months
left join months on months.month_index = program_months.month_index
left join owed on owed.month_index = program_months.month_index
left join posted_now on posted_now.month_index = program_months.month_index
left join withheld_now on withheld_now.month_index = program_months.month_index
where coalesce(months.members, 0) + coalesce(months.on_panels, 0) > 0
    or coalesce(posted_now.cents, 0) <> 0
    or coalesce(withheld_now.cents, 0) <> 0
    or coalesce(owed.cents, 0) <> 0
