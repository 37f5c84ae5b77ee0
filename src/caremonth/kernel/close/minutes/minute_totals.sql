-- Seconds by care month, role and the rule that sets them aside (null = they count), with the first and last staff member
-- by number.
-- key: care_no, role_no, set_aside_no
-- reads: entry_totals, tangled_months, shut_months, ruled_pieces
select
  t.care_no,
  t.role_no,
  coalesce(t.set_aside_no, s.rule_no) as set_aside_no,
  t.seconds,
  t.live_contact,
  t.first_staff_no,
  t.last_staff_no
from entry_totals t
left join shut_months s on s.care_no = t.care_no
where not exists (select 1 from tangled_months m where m.care_no = t.care_no)
union all
select
  care_no,
  role_no,
  set_aside_no,
  cast(sum(end_s - start_s) as bigint) as seconds,
  max(live_contact) as live_contact,
  min(staff_no) as first_staff_no,
  max(staff_no) as last_staff_no
from ruled_pieces
group by care_no, role_no, set_aside_no
