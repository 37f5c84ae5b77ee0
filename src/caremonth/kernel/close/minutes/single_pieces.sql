-- Each piece with what sets it aside when it is looked at by itself (null = nothing does).
-- key: time_entry_id, start_s
-- reads: pieces, service_clocks, window_rules, staff_clashes
select
  p.time_entry_id,
  p.person_id,
  p.practice_id,
  p.staff_id,
  p.service,
  p.role,
  p.live_contact,
  p.person_overlap,
  p.start_s,
  p.end_s,
  coalesce(k.precedence, 99) as precedence,
  case
    when k.service is null then 'code-in-force'
    when p.role = 'other' and k.leaves_out_non_clinical = 1 then 'clinical-staff-only'
    when p.offshore and k.leaves_out_offshore = 1 then 'onshore'
    when p.in_person and k.leaves_out_in_person = 1 then 'not-in-person'
    when p.staff_overlap and exists (
      select 1 from staff_clashes c
      where c.time_entry_id = p.time_entry_id and c.start_s <= p.start_s and c.end_s >= p.end_s
    ) then 'one-clock'
    when w.ranked_rule is not null then substr(w.ranked_rule, 2)
  end as set_aside
from pieces p
left join service_clocks k on k.service = p.service
left join window_rules w on w.time_entry_id = p.time_entry_id and w.start_s = p.start_s
