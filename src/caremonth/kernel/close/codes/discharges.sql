-- Transitions of care being managed: a discharge, the first contact after it, and the first visit after it.
-- A transition belongs to the month of its visit; without a visit, to the month in which its fourteen days end.
-- key: person_id, practice_id
-- reads: stays, people, time_entries, team, practice_months, visits, calendar, rule_code_sets
with ends as (
  select s.person_id, max(s.end_date) as discharge_day
  from stays s
  where s.kind in ('inpatient', 'snf_part_a')
    and s.end_date >= cast(:first_day as bigint) - 30 and s.end_date <= :last_day
  group by s.person_id
),
contacts as (
  select
    e.person_id,
    t.practice_id,
    cast(floor((e.started_at + case when e.started_at < m.switch_s then m.offset_before else m.offset_after end) / 86400)
      as bigint) as contact_day,
    coalesce(e.live_contact, false) as live_contact
  from time_entries e
  join team t on t.staff_id = e.staff_id
  join practice_months m on m.practice_id = t.practice_id
  where e.service = 'tcm' and e.started_at < m.end_s
),
visited as (
  select v.person_id, coalesce(v.practice_id, p.practice_id) as practice_id, v.service_date, v.code
  from visits v
  join people p on p.person_id = v.person_id
  where v.service_date <= :last_day and v.service_date >= cast(:first_day as bigint) - 30
),
managed as (
  select distinct e.person_id, c.practice_id, e.discharge_day
  from ends e
  join contacts c
    on c.person_id = e.person_id and c.contact_day >= e.discharge_day and c.contact_day <= e.discharge_day + 30
  union
  select distinct e.person_id, v.practice_id, e.discharge_day
  from ends e
  join visited v on v.person_id = e.person_id and v.service_date >= e.discharge_day
  join rule_code_sets s on s.set_name = 'tcm_family' and s.code = v.code
    and s.from_day <= :last_day and s.to_day >= :last_day
),
seen as (
  select m.person_id, m.practice_id, m.discharge_day, min(v.service_date) as visit_day,
    max(case when f.code is not null then v.code end) as tcm_code
  from managed m
  join visited v on v.person_id = m.person_id and v.practice_id = m.practice_id and v.service_date > m.discharge_day
  join rule_code_sets s on s.set_name = 'face_to_face' and s.code = v.code
    and s.from_day <= :last_day and s.to_day >= :last_day
  left join rule_code_sets f on f.set_name = 'tcm_family' and f.code = v.code
    and f.from_day <= :last_day and f.to_day >= :last_day
  group by m.person_id, m.practice_id, m.discharge_day
),
reached as (
  select
    m.person_id, m.practice_id, m.discharge_day,
    min(case when c.live_contact then cal.business_number end) as contact_number,
    max(case when c.contact_day is null then 0 else 1 end) as tried
  from managed m
  left join contacts c
    on c.person_id = m.person_id and c.practice_id = m.practice_id and c.contact_day >= m.discharge_day
  left join calendar cal on cal.day = c.contact_day
  group by m.person_id, m.practice_id, m.discharge_day
)
select
  m.person_id,
  m.practice_id,
  m.discharge_day,
  s.visit_day,
  s.tcm_code,
  r.tried,
  r.contact_number - d.business_number as business_days_to_contact
from managed m
join reached r on r.person_id = m.person_id and r.practice_id = m.practice_id and r.discharge_day = m.discharge_day
left join seen s on s.person_id = m.person_id and s.practice_id = m.practice_id and s.discharge_day = m.discharge_day
left join calendar d on d.day = m.discharge_day
where coalesce(s.visit_day, m.discharge_day + 14) >= :first_day and coalesce(s.visit_day, m.discharge_day) <= :last_day
