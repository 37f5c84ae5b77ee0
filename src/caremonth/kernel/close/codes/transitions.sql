-- Discharges home that a practice followed up: each with its thirty days (cut short by the next admission), the first live
-- contact and the first visit in them. A move from one bed to another is no discharge; a discharge whose patient came back
-- before the visit is followed up by the next one. `earned` = 1: contact and visit came in time.
-- key: panel_no, discharge_day
-- reads: person_stays, transition_contacts, person_visits, calendar, rule_code_sets, codes_in_force, rule_requirements
with bedded as (
  select person_no, start_day, end_day from person_stays where kind in ('inpatient', 'snf_part_a')
),
ends as (
  select distinct b.person_no, b.end_day as discharge_day
  from bedded b
  where b.end_day <= :last_day and not exists (
    select 1 from bedded o
    where o.person_no = b.person_no and o.start_day <= b.end_day and (o.end_day is null or o.end_day > b.end_day)
  )
),
periods as (
  select e.person_no, e.discharge_day, min(b.start_day) as readmitted_day,
    least(e.discharge_day + 29, coalesce(min(b.start_day), e.discharge_day + 29)) as until_day
  from ends e
  left join bedded b on b.person_no = e.person_no and b.start_day > e.discharge_day
  group by e.person_no, e.discharge_day
),
visited as (
  select v.person_no, v.panel_no, v.service_day, v.code,
    max(case when s.set_name = 'tcm_family' then 1 else 0 end) as transition
  from (select distinct person_no from periods) p
  join person_visits v on v.person_no = p.person_no
  join rule_code_sets s
    on s.set_name in ('face_to_face', 'tcm_family') and s.code = v.code
    and s.from_day <= v.service_day and s.to_day >= v.service_day
  where v.service_day >= cast(:first_day as bigint) - 60
  group by v.person_no, v.panel_no, v.service_day, v.code
),
managed as (
  select p.person_no, c.panel_no, p.discharge_day, p.readmitted_day, p.until_day
  from periods p
  join transition_contacts c
    on c.person_no = p.person_no and c.contact_day >= p.discharge_day and c.contact_day <= p.until_day
  union
  select p.person_no, v.panel_no, p.discharge_day, p.readmitted_day, p.until_day
  from periods p
  join visited v
    on v.person_no = p.person_no and v.transition = 1 and v.service_day >= p.discharge_day
    and v.service_day <= p.until_day
),
seen as (
  select m.panel_no, m.discharge_day, min(v.service_day) as visit_day,
    max(case when v.transition = 1 then v.code end) as tcm_code
  from managed m
  join visited v
    on v.panel_no = m.panel_no and v.service_day > m.discharge_day
    and v.service_day <= m.until_day
  group by m.panel_no, m.discharge_day
),
reached as (
  select m.panel_no, m.discharge_day,
    min(case when c.live_contact = 1 then k.business_number end) as contact_number
  from managed m
  join transition_contacts c
    on c.panel_no = m.panel_no and c.contact_day >= m.discharge_day
    and c.contact_day <= m.until_day
  join calendar k on k.day = c.contact_day
  group by m.panel_no, m.discharge_day
),
visit_asked as (
  select max(max_days) as days from codes_in_force where basis = 'discharge'
),
contact_asked as (
  select max(number) as days from rule_requirements
  where rule = 'tcm-contact' and service = 'tcm' and from_day <= :last_day and to_day >= :last_day
),
timed as (
  select m.panel_no, m.discharge_day, m.readmitted_day, m.until_day, s.visit_day, s.tcm_code,
    r.contact_number - d.business_number as business_days_to_contact
  from managed m
  left join reached r
    on r.panel_no = m.panel_no and r.discharge_day = m.discharge_day
  left join seen s
    on s.panel_no = m.panel_no and s.discharge_day = m.discharge_day
  left join calendar d on d.day = m.discharge_day
)
select t.panel_no, t.discharge_day, t.visit_day, t.tcm_code, t.business_days_to_contact,
  case when t.visit_day - t.discharge_day <= v.days and (c.days is null or t.business_days_to_contact <= c.days)
    then 1 else 0 end as earned
from timed t
cross join visit_asked v
cross join contact_asked c
where t.visit_day is not null or t.readmitted_day is null or t.readmitted_day > t.discharge_day + 29
