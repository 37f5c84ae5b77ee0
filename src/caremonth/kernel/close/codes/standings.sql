-- What a care month has to show when codes are chosen: seconds, decision level, conditions, QMB, earlier months.
-- key: person_id, practice_id, service
-- reads: care_months, practice_modes, work, decision_levels, condition_counts, qualified_beneficiaries, earlier_months
select
  c.person_id,
  c.practice_id,
  c.service,
  c.last_day_of_life_or_month,
  m.mode,
  m.code as bundled_code,
  m.seconds as bundled_seconds,
  coalesce(w.seconds, cast(0 as bigint)) as seconds,
  coalesce(w.practitioner_seconds, cast(0 as bigint)) as practitioner_seconds,
  coalesce(d.level, 0) as decision_level,
  coalesce(n.conditions, cast(0 as bigint)) as conditions,
  coalesce(q.qmb, 0) as qmb,
  case when e.person_id is null then 'first' else 'later' end as which_month
from care_months c
join practice_modes m on m.practice_id = c.practice_id and m.service = c.service
left join work w on w.person_id = c.person_id and w.practice_id = c.practice_id and w.service = c.service
left join decision_levels d on d.person_id = c.person_id
left join condition_counts n on n.person_id = c.person_id
left join qualified_beneficiaries q on q.person_id = c.person_id
left join earlier_months e on e.person_id = c.person_id and e.practice_id = c.practice_id and e.service = c.service
