-- What the record shows of a care month before a code is chosen: consent, plan, seconds, decision level, conditions, QMB
-- status, earlier months, and how the practice bills the service. Null where nothing is on file.
-- key: care_no
-- reads: care_months, practice_modes, work, consent_states, plan_states, decision_levels, condition_counts,
-- qualified_beneficiaries, earlier_months
select
  c.care_no,
  c.panel_no,
  c.person_no,
  c.practice_no,
  c.service,
  c.kind,
  c.death_day,
  c.last_day_of_life_or_month,
  m.mode,
  m.code as bundled_code,
  case when e.care_no is null then m.seconds else m.later_seconds end as bundled_seconds,
  coalesce(w.seconds, cast(0 as bigint)) as seconds,
  coalesce(w.practitioner_seconds, cast(0 as bigint)) as practitioner_seconds,
  coalesce(w.live_contact, 0) as live_contact,
  s.given as consent_given,
  s.in_force as consent_in_force,
  t.given as plan_given,
  t.given_and_complete as plan_given_and_complete,
  d.level as documented_level,
  coalesce(d.level, 0) as decision_level,
  coalesce(n.conditions, cast(0 as bigint)) as conditions,
  q.qmb,
  case when e.care_no is null then 'first' else 'later' end as which_month
from care_months c
left join practice_modes m on m.practice_no = c.practice_no and m.service = c.service
left join work w on w.care_no = c.care_no
left join consent_states s on s.care_no = c.care_no
left join plan_states t on t.care_no = c.care_no
left join decision_levels d on d.person_no = c.person_no
left join condition_counts n on n.person_no = c.person_no
left join qualified_beneficiaries q on q.person_no = c.person_no
left join earlier_months e on e.care_no = c.care_no
