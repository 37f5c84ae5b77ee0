-- The entries of tangled care months, numbered, with their company in time: does another entry of the same staff member
-- run beside it (`staff_overlap`), and does any entry of the care month run beside another of the person's?
-- key: entry_no
-- reads: ordered_entries, working_services, tangled_months, overlapped_months, overlapped_starts, service_clocks
select
  cast(row_number() over (
    order by e.care_no, e.start_s, e.end_s, e.staff_no, e.live_contact
  ) as bigint) as entry_no,
  e.care_no,
  w.panel_no,
  w.person_no,
  w.service,
  e.staff_no,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  coalesce(k.precedence, cast(99 as bigint)) as precedence,
  e.set_aside_no,
  o.staff_no is not null as staff_overlap,
  p.care_no is not null as person_overlap
from ordered_entries e
join tangled_months t on t.care_no = e.care_no
join working_services w on w.care_no = e.care_no
left join service_clocks k on k.service = w.service
left join overlapped_months p on p.care_no = e.care_no
left join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
