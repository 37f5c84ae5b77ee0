-- Yields: one row: payments of this run for members, and how many of them no enrollment span covers on any day of
-- the month that was paid. The second number must be 0.
-- Inputs: ledger_rows, program_months, tmsis_enrollment.
with paid as (
    select
        ledger_rows.entry_id,
        ledger_rows.person_id,
        months.first_day,
        months.last_day
    from ledger_rows
    join program_months as months on months.month = ledger_rows.service_month
    where ledger_rows.amount_cents > 0 and ledger_rows.person_id is not null
),

matched as (
    select distinct paid.entry_id
    from paid
    join tmsis_enrollment as spans
        on spans.msis_identification_num = paid.person_id
        and spans.enrollment_start_day <= paid.last_day
        and spans.enrollment_end_day >= paid.first_day
)

select
    cast(count(*) as bigint) as payments,
    cast(sum(case when matched.entry_id is null then 1 else 0 end) as bigint) as unmatched
from paid
left join matched on matched.entry_id = paid.entry_id
