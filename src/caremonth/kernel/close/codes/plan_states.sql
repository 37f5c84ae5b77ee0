-- The care plan of each person, practice and service as it stood at the month's end.
-- key: person_no, practice_no, service
-- reads: person_plans
select
  person_no,
  practice_no,
  service,
  max(given) as given,
  max(complete) as complete,
  max(given * complete) as given_and_complete
from person_plans
group by person_no, practice_no, service
