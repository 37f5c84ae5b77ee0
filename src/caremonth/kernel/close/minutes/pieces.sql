-- Tangled entries cut at every point of their person: inside a piece nothing changes.
-- key: entry_no, start_s
-- reads: tangled_entries, points
with starts as (
  select entry_no, start_s as at_s from tangled_entries
  union
  select e.entry_no, p.at_s
  from tangled_entries e
  join points p on p.panel_no = e.panel_no and p.at_s > e.start_s and p.at_s < e.end_s
),
spans as (
  select
    entry_no,
    at_s,
    min(at_s) over (partition by entry_no order by at_s rows between 1 following and 1 following) as next_s
  from starts
)
select
  e.entry_no, e.care_no, e.panel_no, e.service, e.staff_no, e.role_no, e.live_contact, e.precedence, e.set_aside_no,
  e.person_overlap,
  s.at_s as start_s,
  coalesce(s.next_s, e.end_s) as end_s
from spans s
join tangled_entries e on e.entry_no = s.entry_no
