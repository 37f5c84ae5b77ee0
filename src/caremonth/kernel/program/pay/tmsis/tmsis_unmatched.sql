-- Yields: one row: member-months that this run pays, and how many of them no enrollment span covers on any day. The
-- second number must be 0. Inputs: deltas, program_months, tmsis_spans.
with paid as (
    select distinct deltas.person, deltas.month_index
    from deltas
    where deltas.cents > 0 and deltas.person <> 0
),

matched as (
    select distinct spans.person, months.month_index
    from tmsis_spans as spans
    join program_months as months on spans.from_day <= months.last_day and spans.to_day >= months.first_day
)

select
    cast(count(*) as bigint) as member_months,
    coalesce(cast(sum(case when matched.person is null then 1 else 0 end) as bigint), 0) as unmatched
from paid
left join matched on matched.person = paid.person and matched.month_index = paid.month_index
