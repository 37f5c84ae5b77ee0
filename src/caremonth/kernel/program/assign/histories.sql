-- Yields: visits of the people in the pool and their households, by look-back window.
-- Key: person, pcp, months. Inputs: visits, concerned, program_visit_windows.
select
    visits.person,
    visits.pcp,
    windows.months,
    cast(count(*) as bigint) as visits,
    max(visits.service_day) as last_day,
    cast(sum(visits.charge_cents) as bigint) as charge_cents
from visits
join concerned on concerned.person = visits.person
join program_visit_windows as windows on visits.service_day >= windows.first_day
group by visits.person, visits.pcp, windows.months
