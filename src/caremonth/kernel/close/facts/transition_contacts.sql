-- Contacts after a discharge (entries of the service tcm, this month or the two before), by local day.
-- key: none
-- reads: time_entries, persons, staff, practice_months
select
  p.person_no,
  p.person_no * :person_step + s.practice_no * :practice_step as panel_no,
  cast(floor((e.started_at + case when e.started_at < m.switch_s then m.offset_before else m.offset_after end) / 86400)
    as bigint) as contact_day,
  case when e.live_contact then 1 else 0 end as live_contact
from time_entries e
join persons p on p.person_id = e.person_id
join staff s on s.staff_id = e.staff_id
join practice_months m on m.practice_no = s.practice_no
where e.service = 'tcm' and e.started_at < :latest_s and e.started_at < m.end_s
  and e.started_at > cast(:earliest_s as bigint) - 5400000
