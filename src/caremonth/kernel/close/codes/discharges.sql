-- Transitions of care being managed: a discharge, the first contact after it, and the first visit after it.
-- A transition belongs to the month of its visit; without a visit, to the month in which its fourteen days end.
-- key: person_no, practice_no
-- reads: person_stays, transition_contacts, person_visits, calendar, rule_code_sets
with ends as (
  select person_no, max(end_day) as discharge_day
  from person_stays
  where kind in ('inpatient', 'snf_part_a') and end_day <= :last_day
  group by person_no
),
visited as (
  select v.person_no, v.practice_no, v.service_day, v.code,
    max(case when s.set_name = 'tcm_family' then 1 else 0 end) as transition
  from person_visits v
  join rule_code_sets s
    on s.set_name in ('face_to_face', 'tcm_family') and s.code = v.code
    and s.from_day <= v.service_day and s.to_day >= v.service_day
  where v.service_day >= cast(:first_day as bigint) - 30
  group by v.person_no, v.practice_no, v.service_day, v.code
),
managed as (
  select e.person_no, c.practice_no, e.discharge_day
  from ends e
  join transition_contacts c
    on c.person_no = e.person_no and c.contact_day >= e.discharge_day and c.contact_day <= e.discharge_day + 30
  union
  select e.person_no, v.practice_no, e.discharge_day
  from ends e
  join visited v on v.person_no = e.person_no and v.service_day >= e.discharge_day and v.transition = 1
),
seen as (
  select m.person_no, m.practice_no, min(v.service_day) as visit_day,
    max(case when v.transition = 1 then v.code end) as tcm_code
  from managed m
  join visited v on v.person_no = m.person_no and v.practice_no = m.practice_no and v.service_day > m.discharge_day
  group by m.person_no, m.practice_no
),
reached as (
  select m.person_no, m.practice_no,
    min(case when c.live_contact = 1 then k.business_number end) as contact_number
  from managed m
  join transition_contacts c
    on c.person_no = m.person_no and c.practice_no = m.practice_no and c.contact_day >= m.discharge_day
  join calendar k on k.day = c.contact_day
  group by m.person_no, m.practice_no
)
select
  m.person_no,
  m.practice_no,
  m.discharge_day,
  s.visit_day,
  s.tcm_code,
  r.contact_number - d.business_number as business_days_to_contact
from managed m
left join reached r on r.person_no = m.person_no and r.practice_no = m.practice_no
left join seen s on s.person_no = m.person_no and s.practice_no = m.practice_no
left join calendar d on d.day = m.discharge_day
where coalesce(s.visit_day, m.discharge_day + 14) >= :first_day and coalesce(s.visit_day, m.discharge_day) <= :last_day
