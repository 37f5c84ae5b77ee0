-- Care months with work recorded: whose, where and for which service their number stands.
-- key: care_no
-- reads: entry_totals, services
with worked as (
  select distinct care_no from entry_totals
),
people as (
  select care_no, cast(floor(care_no / :person_step) as bigint) as person_no from worked
),
practices as (
  select care_no, person_no, cast(floor((care_no - person_no * :person_step) / :practice_step) as bigint) as practice_no
  from people
)
select
  p.care_no,
  p.care_no - n.service_no as panel_no,
  p.person_no,
  p.practice_no,
  n.service
from practices p
join services n on n.service_no = p.care_no - p.person_no * :person_step - p.practice_no * :practice_step
