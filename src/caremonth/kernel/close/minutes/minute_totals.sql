-- Seconds by person, practice, service, role and the rule that sets them aside (null = they count).
-- key: person_no, practice_no, service, role_no, set_aside
-- reads: ruled_pieces
select
  person_no,
  practice_no,
  service,
  role_no,
  set_aside,
  cast(sum(end_s - start_s) as bigint) as seconds,
  max(live_contact) as live_contact
from ruled_pieces
group by person_no, practice_no, service, role_no, set_aside
