-- What is billed: standing choices, without what another of them includes on the same day.
-- key: care_no, slot
-- reads: standing_choices, paired_out
select
  s.care_no, s.slot, s.family, s.performer, s.base_code, s.add_on_code,
  case when a.care_no is null then s.add_on_units else cast(0 as bigint) end as add_on_units,
  s.service_day, s.base_cents, s.add_on_cents
from standing_choices s
left join paired_out a
  on a.care_no = s.care_no and a.slot = s.slot and a.add_on = 1
left join paired_out b
  on b.care_no = s.care_no and b.slot = s.slot and b.add_on = 0
where b.care_no is null
