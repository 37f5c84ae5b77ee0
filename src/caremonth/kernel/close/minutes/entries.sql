-- Time entries that touch the month, cut at its edges: a minute belongs to the month in which it was worked.
-- key: time_entry_id
-- reads: time_entries, team, practice_months
select
  e.time_entry_id,
  e.person_id,
  m.practice_id,
  e.staff_id,
  e.service,
  t.role,
  coalesce(t.offshore, false) as offshore,
  coalesce(e.in_person, false) as in_person,
  coalesce(e.live_contact, false) as live_contact,
  greatest(e.started_at, m.start_s) as start_s,
  least(e.ended_at, m.end_s) as end_s
from time_entries e
join team t on t.staff_id = e.staff_id
join practice_months m on m.practice_id = t.practice_id
where e.started_at < :latest_s and e.ended_at > :earliest_s
  and e.started_at < m.end_s and e.ended_at > m.start_s
