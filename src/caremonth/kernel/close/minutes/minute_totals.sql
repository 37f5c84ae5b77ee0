-- Seconds by person, practice, service, role and the rule that sets them aside (null = they count).
-- key: person_id, practice_id, service, role, set_aside
-- reads: ruled_pieces
select
  person_id,
  practice_id,
  service,
  role,
  set_aside,
  cast(sum(end_s - start_s) as bigint) as seconds,
  max(case when live_contact then 1 else 0 end) as live_contact
from ruled_pieces
group by person_id, practice_id, service, role, set_aside
