-- Yields: the months of the two measured years in which a person was covered on at least one day.
-- Key: person_id, month_number. Inputs: enrolled_days, measured_months.
select distinct
    enrolled_days.person_id,
    measured_months.month_number,
    measured_months.last_day,
    measured_months.in_year,
    measured_months.in_federal_year
from enrolled_days
join measured_months
    on enrolled_days.from_day <= measured_months.last_day
    and enrolled_days.to_day >= measured_months.first_day
