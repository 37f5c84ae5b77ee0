-- Entries cut at every point of their person: inside a piece nothing changes. Most entries are one piece.
-- key: time_entry_id, start_s
-- reads: entry_neighbours, points
with cuts as (
  select e.time_entry_id, e.start_s, p.at_s
  from entry_neighbours e
  join points p
    on p.person_id = e.person_id and p.practice_id = e.practice_id and p.at_s > e.start_s and p.at_s < e.end_s
),
starts as (
  select time_entry_id, at_s from cuts
  union
  select time_entry_id, start_s as at_s from cuts
),
spans as (
  select
    time_entry_id,
    at_s,
    min(at_s) over (partition by time_entry_id order by at_s rows between 1 following and 1 following) as next_s
  from starts
)
select
  e.time_entry_id,
  e.person_id,
  e.practice_id,
  e.staff_id,
  e.service,
  e.role,
  e.offshore,
  e.in_person,
  e.live_contact,
  e.staff_overlap,
  e.person_overlap,
  coalesce(s.at_s, e.start_s) as start_s,
  coalesce(s.next_s, e.end_s) as end_s
from entry_neighbours e
left join spans s on s.time_entry_id = e.time_entry_id
