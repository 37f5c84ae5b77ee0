-- Whether a person is a Qualified Medicare Beneficiary in the month (1 yes, 0 no; no row: nobody said).
-- key: person_no
-- reads: person_coverage_spans
select person_no, max(case when qmb then 1 else 0 end) as qmb
from person_coverage_spans
where qmb is not null and start_day <= :last_day and end_day >= :first_day
group by person_no
