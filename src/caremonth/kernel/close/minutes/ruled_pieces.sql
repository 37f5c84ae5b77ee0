-- Every piece with the rule that sets it aside, or null: then its seconds count. Counted pieces of one person and
-- service never overlap.
-- key: time_entry_id, start_s
-- reads: single_pieces, shared_pieces
select
  p.time_entry_id,
  p.person_id,
  p.practice_id,
  p.staff_id,
  p.service,
  p.role,
  p.live_contact,
  p.start_s,
  p.end_s,
  p.set_aside
from single_pieces p
where not p.person_overlap
union all
select
  p.time_entry_id,
  p.person_id,
  p.practice_id,
  p.staff_id,
  p.service,
  p.role,
  p.live_contact,
  p.start_s,
  p.end_s,
  s.set_aside
from single_pieces p
join shared_pieces s on s.time_entry_id = p.time_entry_id and s.start_s = p.start_s
where p.person_overlap
