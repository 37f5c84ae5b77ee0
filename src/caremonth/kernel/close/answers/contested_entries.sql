-- The first two entries that contest a minute, by their ids, so that someone can correct one of them.
-- key: care_no, rule_no
-- reads: contested_pieces, persons, staff, time_entries
with named as (
  select c.care_no, c.rule_no, e.time_entry_id
  from contested_pieces c
  join persons p on p.person_no = c.entry_person_no
  join staff s on s.staff_no = c.entry_staff_no
  join time_entries e
    on e.person_id = p.person_id and e.staff_id = s.staff_id and e.started_at <= c.start_s and e.ended_at > c.start_s
)
select care_no, rule_no,
  'entries ' || min(time_entry_id) || ' and ' || max(time_entry_id) as entries
from named
group by care_no, rule_no
having min(time_entry_id) <> max(time_entry_id)
