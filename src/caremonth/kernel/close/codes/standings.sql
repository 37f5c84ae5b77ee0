-- What a care month has to show when codes are chosen: seconds, decision level, conditions, QMB, earlier months.
-- key: person_no, practice_no, service
-- reads: care_months, practice_modes, work, decision_levels, condition_counts, qualified_beneficiaries, earlier_months
select
  c.person_no,
  c.practice_no,
  c.service,
  c.last_day_of_life_or_month,
  m.mode,
  m.code as bundled_code,
  case when e.person_no is null then m.seconds else m.later_seconds end as bundled_seconds,
  coalesce(w.seconds, cast(0 as bigint)) as seconds,
  coalesce(w.practitioner_seconds, cast(0 as bigint)) as practitioner_seconds,
  coalesce(d.level, 0) as decision_level,
  coalesce(n.conditions, cast(0 as bigint)) as conditions,
  coalesce(q.qmb, 0) as qmb,
  case when e.person_no is null then 'first' else 'later' end as which_month
from care_months c
join practice_modes m on m.practice_no = c.practice_no and m.service = c.service
left join work w on w.person_no = c.person_no and w.practice_no = c.practice_no and w.service = c.service
left join decision_levels d on d.person_no = c.person_no
left join condition_counts n on n.person_no = c.person_no
left join qualified_beneficiaries q on q.person_no = c.person_no
left join earlier_months e on e.person_no = c.person_no and e.practice_no = c.practice_no and e.service = c.service
