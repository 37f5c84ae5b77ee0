-- Yields: one row: the payments that this run makes for a member and month, and how many of them are in a month of
-- which no enrollment span covers a day. The second number must be 0. Inputs: deltas, program_months, tmsis_spans.
with paid as (
    select deltas.person, months.first_day, months.last_day
    from deltas
    join program_months as months on months.month_index = deltas.month_index
    where deltas.cents > 0 and deltas.person <> 0
),

without_span as (
    select cast(count(*) as bigint) as payments
    from paid
    where not exists (
        select 1
        from tmsis_spans as spans
        where spans.person = paid.person
            and spans.from_day <= paid.last_day
            and spans.to_day >= paid.first_day
    )
),

every_one as (
    select cast(count(*) as bigint) as payments
    from paid
)

select every_one.payments, without_span.payments as unmatched
from every_one
cross join without_span
