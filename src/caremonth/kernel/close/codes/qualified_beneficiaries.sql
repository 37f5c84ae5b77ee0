-- Whether a person is a Qualified Medicare Beneficiary in the month (1 yes, 0 no; no row: nobody said).
-- key: person_id
-- reads: coverage
select person_id, max(case when qmb then 1 else 0 end) as qmb
from coverage
where qmb is not null and start_date <= :last_day and (end_date is null or end_date >= :first_day)
group by person_id
