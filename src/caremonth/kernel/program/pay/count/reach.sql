-- Yields: one row: the first day of eligibility there is, and the first month that the ledger paid.
-- Inputs: eligibility, ledger, program_fees.
with first_days as (
    select min(start_date) as first_day from eligibility
),

first_months as (
    select min(ledger.service_month) as first_month
    from ledger
    join program_fees as fees on fees.fee_name = ledger.fee
)

select first_days.first_day, first_months.first_month
from first_days
cross join first_months
