-- The care plan of each person, practice and service as it stood at the month's end.
-- key: care_no
-- reads: person_plans
select
  care_no,
  service,
  max(given) as given,
  max(complete) as complete,
  max(given * complete) as given_and_complete
from person_plans
group by care_no, service
