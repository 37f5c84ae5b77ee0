-- Time entries that touch the month, cut at its edges: a minute belongs to the month in which it was worked.
-- `set_aside_no` is the rule that keeps an entry from counting whatever else happened (set_aside_rules; null = none does).
-- key: none (two entries may be equal)
-- reads: time_entries, persons, staff, practice_months, services, service_clocks
select
  p.person_no * :person_step + s.practice_no * :practice_step + n.service_no as care_no,
  s.staff_no,
  case s.role when 'practitioner' then 0 when 'clinical_staff' then 1 else 2 end as role_no,
  case when e.live_contact then 1 else 0 end as live_contact,
  greatest(e.started_at, m.start_s) as start_s,
  least(e.ended_at, m.end_s) as end_s,
  case
    when k.service is null then 1 -- code-in-force
    when s.role = 'other' and k.leaves_out_non_clinical = 1 then 2 -- clinical-staff-only
    when s.offshore and k.leaves_out_offshore = 1 then 3 -- onshore
    when e.in_person and k.leaves_out_in_person = 1 then 4 -- not-in-person
  end as set_aside_no
from time_entries e
join persons p on p.person_id = e.person_id
join staff s on s.staff_id = e.staff_id
join practice_months m on m.practice_no = s.practice_no
join services n on n.service = e.service
left join service_clocks k on k.service = e.service
where e.started_at < :latest_s and e.ended_at > :earliest_s
  and e.started_at < m.end_s and e.ended_at > m.start_s
