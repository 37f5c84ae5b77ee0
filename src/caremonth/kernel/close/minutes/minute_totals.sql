-- Seconds by care month, role and the rule that sets them aside (null = they count).
-- key: care_no, role_no, set_aside
-- reads: plain_entries, ruled_pieces
with timed as (
  select care_no, role_no, set_aside, live_contact, end_s - start_s as seconds from plain_entries
  union all
  select care_no, role_no, set_aside, live_contact, end_s - start_s as seconds from ruled_pieces
)
select care_no, role_no, set_aside, cast(sum(seconds) as bigint) as seconds, max(live_contact) as live_contact
from timed
group by care_no, role_no, set_aside
