-- What is billed: standing choices, without what another of them includes on the same day.
-- key: person_no, practice_no, service, slot
-- reads: standing_choices, paired_out
select
  s.person_no, s.practice_no, s.service, s.slot, s.family, s.performer, s.base_code, s.add_on_code,
  case when a.person_no is null then s.add_on_units else cast(0 as bigint) end as add_on_units,
  s.service_day, s.base_cents, s.add_on_cents
from standing_choices s
left join paired_out a
  on a.person_no = s.person_no and a.practice_no = s.practice_no and a.service = s.service and a.slot = s.slot
  and a.add_on = 1
left join paired_out b
  on b.person_no = s.person_no and b.practice_no = s.practice_no and b.service = s.service and b.slot = s.slot
  and b.add_on = 0
where b.person_no is null
