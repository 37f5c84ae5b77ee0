-- settings_in_force
-- The choices that the rules leave open, as they stand at the month's end. One row.
-- key: none (one row)
-- reads: rule_settings
select
  coalesce(max(case when name = 'service_date' then value end), 'threshold') as service_date,
  coalesce(max(case when name = 'minutes_after_revocation' then value end), 'set_aside') as minutes_after_revocation,
  coalesce(max(case when name = 'cocm_midpoint' then value end), 'off') as cocm_midpoint
from rule_settings
where from_day <= cast(20543 as bigint) and to_day >= cast(20543 as bigint)
;

-- codes_in_force
-- Base codes a service may bill in the month, with the family's add-on beside each. A code that begins or ends inside
-- the month is here, and is tried again on its service date. `first_seconds` reach the base; steps of the add-on count
-- from `step_from_seconds`: the same, but where collaborative care is counted from the midpoint of its blocks on (setting
-- cocm_midpoint; more than half of a block, in whole minutes, earns it).
-- key: service, family, base_code
-- reads: rule_codes, settings_in_force
select
  b.service,
  b.slot,
  b.family,
  b.family_rank,
  b.performer,
  b.basis,
  b.code as base_code,
  case when g.cocm_midpoint = 'on' and b.service = 'cocm' and b.basis = 'time'
    then (cast(floor(b.first_seconds / 120) as bigint) + 1) * 60 else b.first_seconds end as first_seconds,
  b.decision_level,
  b.min_days,
  b.max_days,
  b.min_conditions,
  b.max_conditions,
  b.qmb,
  b.under_service,
  b.first_month,
  b.device,
  b.from_day,
  b.to_day,
  coalesce(a.code, '') as add_on_code,
  coalesce(a.step_seconds, 0) as step_seconds,
  case when g.cocm_midpoint = 'on' and b.service = 'cocm' and b.basis = 'time'
    then b.first_seconds - coalesce(a.step_seconds, 0)
      + (cast(floor(coalesce(a.step_seconds, 0) / 120) as bigint) + 1) * 60
    else b.first_seconds end as step_from_seconds,
  coalesce(a.max_units, 0) as add_on_cap
from rule_codes b
cross join settings_in_force g
left join rule_codes a
  on a.service = b.service and a.family = b.family and a.part = 'add_on'
  and a.from_day <= cast(20543 as bigint) and a.to_day >= cast(20543 as bigint)
where b.part = 'base' and b.from_day <= cast(20543 as bigint) and b.to_day >= cast(20513 as bigint)
;

-- practice_months
-- Each practice, numbered, with its own window of the month: local midnight to local midnight, in epoch seconds.
-- Numbers stand for ids inside the close, because they sort and join several times faster than text.
-- key: practice_no
-- reads: practices, zones (the caller's: one row a time zone, with its offset before and after a clock change)
select
  p.practice_id,
  cast(row_number() over (order by p.practice_id) as bigint) as practice_no,
  coalesce(p.kind, 'physician_practice') as kind,
  coalesce(p.place_of_service, '11') as place_of_service,
  p.carrier,
  p.locality,
  coalesce(p.qualifying_apm, false) as qualifying_apm,
  z.start_s,
  z.end_s,
  z.offset_before,
  z.switch_s,
  z.offset_after
from practices p
join zones z on z.time_zone = coalesce(p.time_zone, 'America/New_York')
;

-- persons
-- People, numbered in the order of their ids, with the number of the practice they belong to.
-- key: person_no
-- reads: people, practice_months
select
  p.person_id,
  cast(row_number() over (order by p.person_id) as bigint) as person_no,
  m.practice_no,
  cast(p.death_date as bigint) as death_day
from people p
left join practice_months m on m.practice_id = p.practice_id
;

-- person_consents
-- Consents. One without a practice is the person's own practice's. Where a site counts the minutes after a withdrawal
-- (setting minutes_after_revocation), one withdrawn in the month ends with the month. `in_month` = 1: it stood on some
-- day of the month.
-- key: none
-- reads: consents, persons, practice_months, services, settings_in_force
with placed as (
  select
    p.person_no * cast(16777216 as bigint) + m.practice_no * cast(64 as bigint) + s.service_no as care_no,
    c.service,
    c.given_at,
    case
      when g.minutes_after_revocation = 'count' and c.revoked_at >= m.start_s and c.revoked_at < m.end_s then m.end_s
      else coalesce(c.revoked_at, cast(cast(253402300800 as bigint) as bigint))
    end as ended_at,
    m.start_s,
    m.end_s
  from consents c
  join persons p on p.person_id = c.person_id
  join services s on s.service = c.service
  left join practice_months n on n.practice_id = c.practice_id
  join practice_months m on m.practice_no = coalesce(n.practice_no, p.practice_no)
  cross join settings_in_force g
)
select
  care_no,
  service,
  given_at,
  ended_at,
  case when given_at < end_s then 1 else 0 end as given,
  case when given_at < end_s and ended_at > start_s then 1 else 0 end as in_month
from placed
;

-- consent_states
-- The consents to a service: the first, when the last of them ended, how many there are, and whether one stood in the month:
-- given before the month's end, not ended before its start.
-- key: care_no
-- reads: person_consents
select
  care_no,
  service,
  min(given_at) as given_at,
  max(ended_at) as ended_at,
  cast(count(1) as bigint) as consents,
  max(given) as given,
  max(in_month) as in_force
from person_consents
group by care_no, service
;

-- device_readings
-- Days with a reading in the month, numbered, by person, service and the kind of device its codes tell apart ('' where
-- they tell none apart: then any device is the same one; null for a device of no kind they know). A day counts once
-- however many readings it has.
-- key: care_no, device, reading_day
-- reads: device_days, persons, codes_in_force, services
with kinds as (
  select distinct service, device from codes_in_force where basis = 'device_days'
),
days as (
  select distinct
    p.person_no * cast(16777216 as bigint) + p.practice_no * cast(64 as bigint) + s.service_no as care_no,
    k.device,
    cast(d.reading_date as bigint) as reading_day
  from device_days d
  join persons p on p.person_id = d.person_id
  join services s on s.service = coalesce(d.service, 'rpm')
  left join kinds k on k.service = coalesce(d.service, 'rpm') and (k.device = '' or k.device = d.device)
  where d.reading_date >= cast(20513 as bigint) and d.reading_date <= cast(20543 as bigint)
    and (p.death_day is null or d.reading_date <= p.death_day)
)
select
  care_no,
  device,
  reading_day,
  cast(row_number() over (partition by care_no, device order by reading_day) as bigint) as day_number,
  cast(count(1) over (partition by care_no, device) as bigint) as days
from days
;

-- person_stays
-- Stays of any kind that touch the month or the sixty days before it (a discharge is followed up for thirty days, and its
-- thirty days may keep another one from being followed up).
-- key: none
-- reads: stays, persons
select p.person_no, s.kind, cast(s.start_date as bigint) as start_day, cast(s.end_date as bigint) as end_day
from stays s
join persons p on p.person_id = s.person_id
where s.start_date <= cast(20543 as bigint) and (s.end_date is null or s.end_date >= cast(cast(20513 as bigint) as bigint) - 60)
;

-- staff
-- The team, numbered in the order of their ids.
-- key: staff_no
-- reads: team, practice_months
select
  t.staff_id,
  cast(row_number() over (order by t.staff_id) as bigint) as staff_no,
  m.practice_no,
  t.role,
  coalesce(t.offshore, false) as offshore
from team t
join practice_months m on m.practice_id = t.practice_id
;

-- person_visits
-- Visits up to the month's end. A visit without a practice is the person's own practice's.
-- key: none (a visit may be recorded twice)
-- reads: visits, persons, practice_months, staff
select
  p.person_no * cast(16777216 as bigint) + coalesce(m.practice_no, p.practice_no) * cast(64 as bigint) as panel_no,
  p.person_no,
  s.staff_no,
  cast(v.service_date as bigint) as service_day,
  v.code
from visits v
join persons p on p.person_id = v.person_id
left join practice_months m on m.practice_id = v.practice_id
left join staff s on s.staff_id = v.staff_id
where v.service_date <= cast(20543 as bigint)
;

-- transition_contacts
-- Contacts after a discharge (entries of the service tcm, this month or the two before), by local day.
-- key: none
-- reads: time_entries, persons, staff, practice_months
select
  p.person_no,
  p.person_no * cast(16777216 as bigint) + s.practice_no * cast(64 as bigint) as panel_no,
  cast(floor((e.started_at + case when e.started_at < m.switch_s then m.offset_before else m.offset_after end) / 86400)
    as bigint) as contact_day,
  case when e.live_contact then 1 else 0 end as live_contact
from time_entries e
join persons p on p.person_id = e.person_id
join staff s on s.staff_id = e.staff_id
join practice_months m on m.practice_no = s.practice_no
where e.service = 'tcm' and e.started_at < cast(1775016000 as bigint) and e.started_at < m.end_s
  and e.started_at > cast(cast(1772341200 as bigint) as bigint) - 5400000
;

-- transitions
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
  where b.end_day <= cast(20543 as bigint) and not exists (
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
  where v.service_day >= cast(cast(20513 as bigint) as bigint) - 60
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
  where rule = 'tcm-contact' and service = 'tcm' and from_day <= cast(20543 as bigint) and to_day >= cast(20543 as bigint)
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
;

-- discharges
-- Transitions of care of the month: one a thirty days, each in a slot of its own. A transition belongs to the month of its
-- visit; without a visit, to the month in which its fourteen days end. `window_of` is the earlier discharge whose thirty
-- days are still running, where there is one: then nothing is billed for this one.
-- key: care_no, discharge_day
-- reads: transitions, services
with firsts as (
  select panel_no, min(discharge_day) as day from transitions where earned = 1 group by panel_no
),
seconds as (
  select t.panel_no, min(t.discharge_day) as day
  from transitions t
  join firsts w on w.panel_no = t.panel_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.panel_no
),
thirds as (
  select t.panel_no, min(t.discharge_day) as day
  from transitions t
  join seconds w on w.panel_no = t.panel_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.panel_no
),
fourths as (
  select t.panel_no, min(t.discharge_day) as day
  from transitions t
  join thirds w on w.panel_no = t.panel_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.panel_no
),
windows as (
  select panel_no, day from firsts
  union all
  select panel_no, day from seconds
  union all
  select panel_no, day from thirds
  union all
  select panel_no, day from fourths
),
placed as (
  select t.panel_no, t.discharge_day, t.visit_day, t.tcm_code, t.business_days_to_contact,
    max(case when w.day < t.discharge_day then w.day end) as window_of
  from transitions t
  left join windows w
    on w.panel_no = t.panel_no and w.day <= t.discharge_day
    and w.day > t.discharge_day - 30
  where coalesce(t.visit_day, t.discharge_day + 14) >= cast(20513 as bigint)
    and coalesce(t.visit_day, t.discharge_day) <= cast(20543 as bigint)
  group by t.panel_no, t.discharge_day, t.visit_day, t.tcm_code, t.business_days_to_contact
),
numbered as (
  select panel_no, discharge_day, visit_day, tcm_code, business_days_to_contact, window_of,
    row_number() over (partition by panel_no order by discharge_day) as place
  from placed
)
select n.panel_no + s.service_no as care_no, n.discharge_day, n.visit_day, n.tcm_code, n.business_days_to_contact,
  n.window_of,
  case n.place when 1 then 'discharge' else 'discharge ' || cast(n.place as varchar) end as slot
from numbered n
join services s on s.service = 'tcm'
;

-- documented_services
-- Services of the rulebook that are billed because a visit row documents them (G0506, 99453 …), in the month.
-- key: care_no, code, service_day
-- reads: person_visits, rule_codes, services
select distinct v.panel_no + s.service_no as care_no, v.code, v.service_day
from person_visits v
join rule_codes r on r.code = v.code and r.basis = 'documented'
join services s on s.service = r.service
where v.service_day >= cast(20513 as bigint)
;

-- person_plans
-- Care plans established by the month's end. One without a practice is the person's own practice's.
-- key: none
-- reads: care_plans, persons, practice_months, services
select
  p.person_no * cast(16777216 as bigint) + coalesce(m.practice_no, p.practice_no) * cast(64 as bigint) + s.service_no as care_no,
  c.service,
  case when c.given_to_patient_on <= cast(20543 as bigint) then 1 else 0 end as given,
  case when coalesce(c.missing_elements, '') = '' then 1 else 0 end as complete
from care_plans c
join persons p on p.person_id = c.person_id
join services s on s.service = c.service
left join practice_months m on m.practice_id = c.practice_id
where c.established_on <= cast(20543 as bigint)
;

-- plan_states
-- The care plan of each person, practice and service as it stood at the month's end.
-- key: care_no
-- reads: person_plans
select
  care_no,
  service,
  max(given) as given,
  max(complete) as complete,
  max(given * complete) as given_and_complete
from person_plans
group by care_no, service
;

-- service_clocks
-- What each service's clock leaves out whoever the person is, and which service a shared minute belongs to.
-- key: service
-- reads: rule_services, rule_time
select
  s.service,
  s.precedence,
  coalesce(max(case when r.rule = 'clinical-staff-only' then 1 end), 0) as leaves_out_non_clinical,
  coalesce(max(case when r.rule = 'onshore' then 1 end), 0) as leaves_out_offshore,
  coalesce(max(case when r.rule = 'not-in-person' then 1 end), 0) as leaves_out_in_person
from rule_services s
left join rule_time r on r.service = s.service and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
where s.from_day <= cast(20543 as bigint) and s.to_day >= cast(20543 as bigint)
group by s.service, s.precedence
;

-- entries
-- Time entries that touch the month, cut at its edges: a minute belongs to the month in which it was worked.
-- `set_aside_no` is the rule that keeps an entry from counting whatever else happened (set_aside_rules; null = none does).
-- key: none (two entries may be equal)
-- reads: time_entries, persons, staff, practice_months, services, service_clocks
select
  p.person_no * cast(16777216 as bigint) + s.practice_no * cast(64 as bigint) + n.service_no as care_no,
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
where e.started_at < cast(1775016000 as bigint) and e.ended_at > cast(1772341200 as bigint)
  and e.started_at < m.end_s and e.ended_at > m.start_s
;

-- ordered_entries
-- The month's entries in the order of their start, care month by care month, with the seconds reached by the end of each
-- and whether it begins before an earlier one has ended. For a care month that
-- nothing tangles these are the seconds that count.
-- key: none (two entries may be equal)
-- reads: entries
select
  care_no,
  staff_no,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside_no,
  cast(sum(case when set_aside_no is null then end_s - start_s else 0 end) over (
    partition by care_no order by start_s rows between unbounded preceding and current row
  ) as bigint) as reached_s,
  coalesce(
    max(end_s) over (partition by care_no order by start_s rows between unbounded preceding and 1 preceding) > start_s,
    false
  ) as runs_beside
from entries
;

-- consent_gaps
-- When there was no consent: before the first, and from each withdrawal to the next consent (or for good).
-- key: care_no, start_s
-- reads: consent_states, person_consents
with ordered as (
  select
    p.care_no,
    p.service,
    p.given_at,
    max(p.ended_at) over (
      partition by p.care_no order by p.given_at, p.ended_at rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from consent_states s
  join person_consents p on p.care_no = s.care_no
  where s.consents > 1
)
select care_no, service, 'consent-before-minutes' as rule, cast(0 as bigint) as start_s, given_at as end_s
from consent_states
where given_at > cast(1772341200 as bigint)
union all
select care_no, service, 'consent-active' as rule, earlier_end_s as start_s, given_at as end_s
from ordered
where earlier_end_s < given_at
union all
select care_no, service, 'consent-active' as rule, ended_at as start_s, cast(cast(253402300800 as bigint) as bigint) as end_s
from consent_states
where ended_at < cast(1775016000 as bigint)
;

-- entry_totals
-- The entries of each care month added up by role and by the rule of their own that sets them aside, as if nothing tangled
-- them, with the first and last staff member by number; `runs_beside` = 1: one of them begins before an earlier one of the
-- month has ended. The one look at all entries from which most of what follows is told.
-- key: care_no, role_no, set_aside_no
-- reads: ordered_entries
select
  care_no,
  role_no,
  set_aside_no,
  cast(sum(end_s - start_s) as bigint) as seconds,
  max(live_contact) as live_contact,
  min(staff_no) as first_staff_no,
  max(staff_no) as last_staff_no,
  max(case when runs_beside then 1 else 0 end) as runs_beside
from ordered_entries
group by care_no, role_no, set_aside_no
;

-- working_services
-- Care months with work recorded: whose, where and for which service their number stands.
-- key: care_no
-- reads: entry_totals, services
with worked as (
  select distinct care_no from entry_totals
),
people as (
  select care_no, cast(floor(care_no / cast(16777216 as bigint)) as bigint) as person_no from worked
),
practices as (
  select care_no, person_no, cast(floor((care_no - person_no * cast(16777216 as bigint)) / cast(64 as bigint)) as bigint) as practice_no
  from people
)
select
  p.care_no,
  p.care_no - n.service_no as panel_no,
  p.person_no,
  p.practice_no,
  n.service
from practices p
join services n on n.service_no = p.care_no - p.person_no * cast(16777216 as bigint) - p.practice_no * cast(64 as bigint)
;

-- closed_windows
-- Spans of time whose seconds a service may not count, whoever worked them: away from consent, in a hospital or
-- Part A nursing stay, after death.
-- key: care_no, rule, start_s
-- reads: consent_gaps, consent_states, rule_time, person_stays, persons, practice_months, working_services
select g.care_no, g.rule, g.start_s, g.end_s
from consent_gaps g
join rule_time r on r.service = g.service and r.rule = g.rule and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
where g.start_s < cast(1775016000 as bigint) and g.end_s > cast(1772341200 as bigint)
union all
select w.care_no, 'consent-documented' as rule, cast(0 as bigint) as start_s,
  cast(cast(253402300800 as bigint) as bigint) as end_s
from working_services w
join rule_time r
  on r.service = w.service and r.rule = 'consent-before-minutes' and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
left join consent_states c
  on c.care_no = w.care_no
where c.care_no is null
union all
select
  w.care_no,
  'countable-setting' as rule,
  s.start_day * 86400
    - case when s.start_day * 86400 - m.offset_before < m.switch_s then m.offset_before else m.offset_after end
    as start_s,
  case when s.end_day is null then cast(cast(253402300800 as bigint) as bigint)
    else (s.end_day + 1) * 86400
      - case when (s.end_day + 1) * 86400 - m.offset_before < m.switch_s
        then m.offset_before else m.offset_after end
  end as end_s
from person_stays s
join working_services w on w.person_no = s.person_no
join practice_months m on m.practice_no = w.practice_no
join rule_time r
  on r.service = w.service and r.rule = 'countable-setting' and r.detail = s.kind
  and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
where s.start_day <= cast(20543 as bigint) and (s.end_day is null or s.end_day >= cast(20513 as bigint))
union all
select
  w.care_no,
  'alive' as rule,
  (p.death_day + 1) * 86400
    - case when (p.death_day + 1) * 86400 - m.offset_before < m.switch_s
      then m.offset_before else m.offset_after end as start_s,
  cast(cast(253402300800 as bigint) as bigint) as end_s
from persons p
join working_services w on w.person_no = p.person_no
join practice_months m on m.practice_no = w.practice_no
where p.death_day < cast(20543 as bigint)
;

-- set_aside_rules
-- The rules that set time aside, by number: inside the close a number is sorted and counted with, where time is told of it
-- is a name again. Of the rules that close a window (6 to 10) the lowest number speaks first.
-- key: rule_no
-- reads: (nothing)
select 1 as rule_no, 'code-in-force' as rule
union all
select 2 as rule_no, 'clinical-staff-only' as rule
union all
select 3 as rule_no, 'onshore' as rule
union all
select 4 as rule_no, 'not-in-person' as rule
union all
select 5 as rule_no, 'one-clock' as rule
union all
select 6 as rule_no, 'alive' as rule
union all
select 7 as rule_no, 'consent-documented' as rule
union all
select 8 as rule_no, 'consent-before-minutes' as rule
union all
select 9 as rule_no, 'consent-active' as rule
union all
select 10 as rule_no, 'countable-setting' as rule
union all
select 11 as rule_no, 'one-service-per-minute' as rule
;

-- shut_months
-- Care months of which no second may count: each window that is closed is closed all month long. `rule_no` is the rule that
-- speaks first.
-- key: care_no
-- reads: closed_windows, set_aside_rules
select w.care_no, min(r.rule_no) as rule_no
from closed_windows w
join set_aside_rules r on r.rule = w.rule
group by w.care_no
having max(case when w.start_s <= cast(1772341200 as bigint) and w.end_s >= cast(1775016000 as bigint) then 0 else 1 end) = 0
;

-- overlapped_months
-- Care months in which an entry runs beside another entry of the same person and practice, for this service or for
-- another one.
-- key: care_no
-- reads: entry_totals, ordered_entries, working_services
with several as (
  select panel_no from working_services group by panel_no having min(care_no) <> max(care_no)
),
beside as (
  select w.panel_no, e.care_no, e.start_s, e.end_s
  from ordered_entries e
  join working_services w on w.care_no = e.care_no
  join several s on s.panel_no = w.panel_no
),
neighbours as (
  select
    panel_no,
    start_s,
    max(end_s) over (
      partition by panel_no order by start_s rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from beside
),
overlapped_panels as (
  select distinct panel_no from neighbours where earlier_end_s > start_s
)
select care_no from entry_totals where runs_beside = 1
union
select w.care_no from working_services w join overlapped_panels o on o.panel_no = w.panel_no
;

-- overlapped_starts
-- Where a staff member's entries run at the same time: the starts of every entry that another one overlaps. One that still
-- runs when the next begins is found first; whatever begins while it runs overlaps it.
-- key: staff_no, start_s
-- reads: ordered_entries
with in_order as (
  select
    staff_no,
    start_s,
    end_s,
    min(start_s) over (partition by staff_no order by start_s rows between 1 following and 1 following) as next_s
  from ordered_entries
),
running_on as (
  select staff_no, start_s, end_s from in_order where next_s < end_s
)
select distinct e.staff_no, e.start_s
from running_on r
join ordered_entries e on e.staff_no = r.staff_no and e.start_s >= r.start_s and e.start_s < r.end_s
;

-- tangled_months
-- Care months whose entries must be looked at piece by piece: some of them run beside another entry of the person or of
-- the staff member, or a window is closed for a part of the month. In the rest the entries count, or do not, as they stand.
-- key: care_no
-- reads: ordered_entries, overlapped_months, overlapped_starts, closed_windows, shut_months
select care_no from overlapped_months
union
select e.care_no
from ordered_entries e
join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
union
select w.care_no
from closed_windows w
where not exists (select 1 from shut_months s where s.care_no = w.care_no)
;

-- plain_entries
-- Entries that count as they stand: those of care months that nothing tangles or shuts, but for the ones that a rule of
-- their own sets aside.
-- key: none
-- kept: never
-- reads: ordered_entries, tangled_months, shut_months
select e.care_no, e.staff_no, e.role_no, e.start_s, e.end_s, e.reached_s
from ordered_entries e
where e.set_aside_no is null
  and not exists (select 1 from tangled_months t where t.care_no = e.care_no)
  and not exists (select 1 from shut_months s where s.care_no = e.care_no)
;

-- tangled_entries
-- The entries of tangled care months, numbered, with their company in time: does another entry of the same staff member
-- run beside it (`staff_overlap`), and does any entry of the care month run beside another of the person's?
-- key: entry_no
-- reads: ordered_entries, working_services, tangled_months, overlapped_months, overlapped_starts, service_clocks
select
  cast(row_number() over (
    order by e.care_no, e.start_s, e.end_s, e.staff_no, e.live_contact
  ) as bigint) as entry_no,
  e.care_no,
  w.panel_no,
  w.person_no,
  w.service,
  e.staff_no,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  coalesce(k.precedence, cast(99 as bigint)) as precedence,
  e.set_aside_no,
  o.staff_no is not null as staff_overlap,
  p.care_no is not null as person_overlap
from ordered_entries e
join tangled_months t on t.care_no = e.care_no
join working_services w on w.care_no = e.care_no
left join service_clocks k on k.service = w.service
left join overlapped_months p on p.care_no = e.care_no
left join overlapped_starts o on o.staff_no = e.staff_no and o.start_s = e.start_s
;

-- staff_clashes
-- One staff member in two charts at once: the part of each entry that another person's entry contests.
-- key: entry_no, other_entry_no
-- reads: tangled_entries
select
  mine.entry_no,
  mine.panel_no,
  other.entry_no as other_entry_no,
  greatest(mine.start_s, other.start_s) as start_s,
  least(mine.end_s, other.end_s) as end_s
from tangled_entries mine
join tangled_entries other
  on other.staff_no = mine.staff_no
  and other.start_s < mine.end_s
  and other.end_s > mine.start_s
where mine.staff_overlap and other.staff_overlap and other.person_no <> mine.person_no
;

-- points
-- The instants at which a person's tangled entries must be cut, so that each piece is ruled on as a whole.
-- key: panel_no, at_s
-- reads: tangled_entries, staff_clashes, closed_windows, working_services
select panel_no, start_s as at_s from tangled_entries where person_overlap
union
select panel_no, end_s as at_s from tangled_entries where person_overlap
union
select panel_no, start_s as at_s from staff_clashes
union
select panel_no, end_s as at_s from staff_clashes
union
select w.panel_no, c.start_s as at_s from closed_windows c join working_services w on w.care_no = c.care_no
union
select w.panel_no, c.end_s as at_s from closed_windows c join working_services w on w.care_no = c.care_no
;

-- pieces
-- Tangled entries cut at every point of their person: inside a piece nothing changes.
-- key: entry_no, start_s
-- reads: tangled_entries, points
with starts as (
  select entry_no, start_s as at_s from tangled_entries
  union
  select e.entry_no, p.at_s
  from tangled_entries e
  join points p on p.panel_no = e.panel_no and p.at_s > e.start_s and p.at_s < e.end_s
),
spans as (
  select
    entry_no,
    at_s,
    min(at_s) over (partition by entry_no order by at_s rows between 1 following and 1 following) as next_s
  from starts
)
select
  e.entry_no, e.care_no, e.panel_no, e.service, e.staff_no, e.role_no, e.live_contact, e.precedence, e.set_aside_no,
  e.person_overlap,
  s.at_s as start_s,
  coalesce(s.next_s, e.end_s) as end_s
from spans s
join tangled_entries e on e.entry_no = s.entry_no
;

-- clashing_pieces
-- Pieces that one staff member's other chart contests.
-- key: entry_no, start_s
-- reads: pieces, staff_clashes
select distinct p.entry_no, p.start_s
from pieces p
join staff_clashes c on c.entry_no = p.entry_no and c.start_s <= p.start_s and c.end_s >= p.end_s
;

-- window_rules
-- Pieces that lie in a closed window, with the window's rule (the first by its number where several apply).
-- key: entry_no, start_s
-- reads: pieces, closed_windows, set_aside_rules
select p.entry_no, p.start_s, min(r.rule_no) as rule_no
from pieces p
join closed_windows w
  on w.care_no = p.care_no
  and w.start_s <= p.start_s and w.end_s >= p.end_s
join set_aside_rules r on r.rule = w.rule
group by p.entry_no, p.start_s
;

-- single_pieces
-- Each piece with what sets it aside when it is looked at by itself (null = nothing does).
-- key: entry_no, start_s
-- reads: pieces, window_rules, clashing_pieces
select
  p.entry_no, p.care_no, p.panel_no, p.service, p.staff_no, p.role_no, p.live_contact, p.precedence, p.person_overlap,
  p.start_s, p.end_s,
  case
    when p.set_aside_no is not null then p.set_aside_no
    when c.entry_no is not null then 5 -- one-clock
    else w.rule_no
  end as set_aside_no
from pieces p
left join window_rules w on w.entry_no = p.entry_no and w.start_s = p.start_s
left join clashing_pieces c on c.entry_no = p.entry_no and c.start_s = p.start_s
;

-- shared_pieces
-- Pieces that may share their seconds with another piece of the same person, ruled on together:
-- one staff member's minute claimed for two services counts for neither; two people's minute in two services goes to
-- the service that comes first (also where it lacks nothing but consent: rules 7 to 9); two people in one service count once (the practitioner's, if one is there).
-- key: entry_no, start_s
-- reads: single_pieces
with claimed as (
  select
    entry_no, care_no, panel_no, staff_no, role_no, live_contact, start_s, end_s, precedence, set_aside_no,
    min(service) over (partition by panel_no, staff_no, start_s)
      <> max(service) over (partition by panel_no, staff_no, start_s) as two_services_one_clock,
    min(case when set_aside_no is null or set_aside_no in (7, 8, 9) then precedence else 99 end) over (
      partition by panel_no, start_s
    ) as first_precedence
  from single_pieces
  where person_overlap
),
ruled as (
  select
    entry_no, care_no, staff_no, role_no, live_contact, start_s, end_s,
    case
      when set_aside_no is not null then set_aside_no
      when two_services_one_clock or precedence > first_precedence then 11 -- one-service-per-minute
    end as set_aside_no
  from claimed
)
select
  entry_no, care_no, staff_no, role_no, start_s, end_s,
  max(case when set_aside_no is null then live_contact else 0 end) over (partition by care_no, start_s) as live_contact,
  case
    when set_aside_no is not null then set_aside_no
    when row_number() over (
      partition by care_no, start_s, case when set_aside_no is null then 1 else 0 end order by role_no, staff_no, entry_no
    ) > 1 then 5 -- one-clock
  end as set_aside_no
from ruled
;

-- ruled_pieces
-- Every piece of a tangled care month's time with the rule that sets it aside, or null: then its seconds count. Counted
-- pieces of one care month never overlap.
-- key: none (set-aside pieces may be equal)
-- reads: single_pieces, shared_pieces
select care_no, staff_no, role_no, live_contact, start_s, end_s, set_aside_no from single_pieces where not person_overlap
union all
select care_no, staff_no, role_no, live_contact, start_s, end_s, set_aside_no from shared_pieces
;

-- counted_pieces
-- Time that counts, piece by piece: no two pieces of one care month overlap.
-- key: care_no, start_s
-- kept: never (eight million rows that each reader looks up by care month)
-- reads: plain_entries, ruled_pieces
select care_no, staff_no, role_no, start_s, end_s from plain_entries
union all
select care_no, staff_no, role_no, start_s, end_s from ruled_pieces where set_aside_no is null
;

-- minute_totals
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
;

-- work
-- The month's counted seconds by care month: all of them, the practitioners' own, and which practitioner worked most.
-- key: care_no
-- reads: minute_totals, counted_pieces
with totals as (
  select
    care_no,
    cast(sum(case when set_aside_no is null then seconds else 0 end) as bigint) as seconds,
    cast(sum(case when set_aside_no is null and role_no = 0 then seconds else 0 end) as bigint) as practitioner_seconds,
    max(case when set_aside_no is null then live_contact else 0 end) as live_contact,
    min(case when set_aside_no is null and role_no = 0 then first_staff_no end) as first_practitioner_no,
    max(case when set_aside_no is null and role_no = 0 then last_staff_no end) as last_practitioner_no
  from minute_totals
  group by care_no
),
shares as (
  select p.care_no, p.staff_no, cast(sum(p.end_s - p.start_s) as bigint) as seconds
  from totals t
  join counted_pieces p on p.care_no = t.care_no and p.role_no = 0
  where t.first_practitioner_no <> t.last_practitioner_no
  group by p.care_no, p.staff_no
),
ranked as (
  select care_no, staff_no, row_number() over (partition by care_no order by seconds desc, staff_no) as place
  from shares
)
select
  t.care_no, t.seconds, t.practitioner_seconds, t.live_contact,
  coalesce(r.staff_no, t.first_practitioner_no) as practitioner_no
from totals t
left join ranked r on r.care_no = t.care_no and r.place = 1
;

-- care_months
-- The care months to be judged: every person, practice and service with consent, work, readings or a service
-- documented in the month, or with a care plan for a service that the month itself earns.
-- key: care_no
-- reads: work, consent_states, device_readings, documented_services, discharges, plan_states, codes_in_force, services, persons,
-- practice_months
with found as (
  select care_no from work
  union
  select care_no from consent_states where in_force = 1
  union
  select care_no from device_readings
  union
  select care_no from documented_services
  union
  select care_no from discharges
  union
  select p.care_no
  from plan_states p
  join codes_in_force f on f.service = p.service and f.basis = 'month' and f.under_service = ''
),
people as (
  select care_no, cast(floor(care_no / cast(16777216 as bigint)) as bigint) as person_no from found
),
practices as (
  select care_no, person_no, cast(floor((care_no - person_no * cast(16777216 as bigint)) / cast(64 as bigint)) as bigint) as practice_no
  from people
)
select
  f.care_no,
  f.care_no - n.service_no as panel_no,
  f.person_no,
  f.practice_no,
  n.service,
  m.kind,
  p.death_day,
  least(cast(cast(20543 as bigint) as bigint), coalesce(p.death_day, cast(cast(20543 as bigint) as bigint))) as last_day_of_life_or_month
from practices f
join services n on n.service_no = f.care_no - f.person_no * cast(16777216 as bigint) - f.practice_no * cast(64 as bigint)
join persons p on p.person_no = f.person_no
join practice_months m on m.practice_no = f.practice_no
;

-- prefix_lengths
-- How many characters the chronic prefixes have: a code's categories are looked up by its beginnings of these lengths.
-- key: characters
-- reads: rule_chronic_prefixes
select distinct cast(length(prefix) as integer) as characters
from rule_chronic_prefixes
;

-- condition_codes
-- The codes that occur, each with its chronic categories by the value set in force, and the disease each category counts
-- as. Some codes are two diseases: E11.22 is diabetes and kidney disease. `counts` = 0: an event or acute disease, or a
-- code in no category: a condition only where the record expects it to last. Numbered so that of two codes of one disease
-- the one that says least else comes first: then two diseases stand on a claim by two codes where they can.
-- key: condition_no
-- reads: conditions, rule_snomed_conditions, prefix_lengths, rule_chronic_prefixes, rule_chronic_categories
with occurring as (
  select distinct code_system, code from conditions
),
icd as (
  select o.code_system, o.code, replace(o.code, '.', '') as bare, o.code as icd10cm
  from occurring o
  where o.code_system = 'icd10cm'
  union all
  select o.code_system, o.code, replace(s.icd10cm, '.', '') as bare, s.icd10cm
  from occurring o
  join rule_snomed_conditions s on s.snomed = o.code and s.disease
  where o.code_system = 'snomed'
),
matched as (
  select distinct i.code_system, i.code, i.icd10cm, p.category, c.counts_as, case when c.counts then 1 else 0 end as counts
  from icd i
  join prefix_lengths n on n.characters <= length(i.bare)
  join rule_chronic_prefixes p on p.prefix = substr(i.bare, 1, n.characters)
    and p.from_day <= cast(20543 as bigint) and p.to_day >= cast(20543 as bigint)
  join rule_chronic_categories c on c.category = p.category
),
named as (
  select code_system, code, cast(count(distinct counts_as) as bigint) as diseases
  from matched
  where counts = 1
  group by code_system, code
),
listed as (
  select
    o.code_system,
    o.code,
    coalesce(m.category, 'code ' || o.code) as category,
    coalesce(m.counts_as, 'code ' || o.code) as counts_as,
    coalesce(m.counts, 0) as counts,
    coalesce(n.diseases, cast(1 as bigint)) as diseases,
    coalesce(m.icd10cm, case when o.code_system = 'icd10cm' then o.code end) as diagnosis
  from occurring o
  left join matched m on m.code_system = o.code_system and m.code = o.code
  left join named n on n.code_system = o.code_system and n.code = o.code
),
category_numbers as (
  select category, row_number() over (order by category) as category_no from (select distinct category from listed) c
),
disease_numbers as (
  select counts_as, row_number() over (order by counts_as) as disease_no from (select distinct counts_as from listed) d
),
shown_numbers as (
  select shown, row_number() over (order by shown) as shown_no
  from (select distinct coalesce(diagnosis, counts_as) as shown from listed) s
)
select
  cast(row_number() over (order by l.diseases, l.diagnosis, l.code_system, l.code, l.category) as bigint) as condition_no,
  l.code_system,
  l.code,
  l.category,
  cast(c.category_no as bigint) as category_no,
  cast(d.disease_no as bigint) as disease_no,
  cast(s.shown_no as bigint) as shown_no,
  l.counts,
  l.diagnosis
from listed l
join category_numbers c on c.category = l.category
join disease_numbers d on d.counts_as = l.counts_as
join shown_numbers s on s.shown = coalesce(l.diagnosis, l.counts_as)
;

-- condition_categories
-- Chronic conditions in the month: one row a person and category, with the code that stands for it. Two codes of one
-- category are one row; a code in no category, or in one that does not last by itself, is here when the record expects it
-- to last twelve months.
-- key: person_no, category_no
-- reads: conditions, persons, condition_codes
select p.person_no, k.category_no, min(k.condition_no) as condition_no
from conditions c
join persons p on p.person_id = c.person_id
join condition_codes k on k.code_system = c.code_system and k.code = c.code
where (c.onset_date is null or c.onset_date <= cast(20543 as bigint))
  and (c.resolved_date is null or c.resolved_date >= cast(20513 as bigint))
  and (c.expected_12_months or (c.expected_12_months is null and k.counts = 1))
group by p.person_no, k.category_no
;

-- condition_counts
-- How many chronic conditions each person has in the month, as a claim can show them: categories of one disease (the
-- dementias) are one condition, and a code that names two diseases (E11.22) is one until a second code stands beside it.
-- key: person_no
-- reads: condition_categories, condition_codes
with diseases as (
  select c.person_no, k.disease_no, min(c.condition_no) as condition_no
  from condition_categories c
  join condition_codes k on k.condition_no = c.condition_no
  group by c.person_no, k.disease_no
),
shown as (
  select distinct d.person_no, k.shown_no
  from diseases d
  join condition_codes k on k.condition_no = d.condition_no
)
select person_no, cast(count(1) as bigint) as conditions
from shown
group by person_no
;

-- decision_levels
-- The highest level of medical decision making documented for the month (1 straightforward … 4 high).
-- key: person_no
-- reads: decision_making, persons
select
  p.person_no,
  max(case d.level when 'straightforward' then 1 when 'low' then 2 when 'moderate' then 3 when 'high' then 4 else 0 end)
    as level
from decision_making d
join persons p on p.person_id = d.person_id
where d.month = '2026-03'
group by p.person_no
;

-- person_claims
-- Services already billed, by anyone. Practice 0 is another practice than those of these facts.
-- key: none
-- reads: other_claims, persons, practice_months
select
  p.person_no * cast(16777216 as bigint) + coalesce(m.practice_no, cast(0 as bigint)) * cast(64 as bigint) as panel_no,
  p.person_no,
  coalesce(m.practice_no, cast(0 as bigint)) as practice_no,
  o.code,
  cast(o.service_date as bigint) as service_day
from other_claims o
join persons p on p.person_id = o.person_id
left join practice_months m on m.practice_id = o.practice_id
;

-- earlier_months
-- Services the practice itself billed for a person before this month (collaborative care pays its first month apart, by
-- its own codes and by a clinic's bundled code).
-- key: care_no
-- reads: person_claims, rule_codes, rule_kinds, services
select o.panel_no + s.service_no as care_no
from person_claims o
join rule_codes r on r.code = o.code and r.first_month <> 'any'
join services s on s.service = r.service
where o.service_day < cast(20513 as bigint) and o.practice_no <> 0
union
select o.panel_no + s.service_no as care_no
from person_claims o
join rule_kinds k on k.code = o.code and k.later_seconds <> k.seconds
join services s on s.service = k.service
where o.service_day < cast(20513 as bigint) and o.practice_no <> 0
;

-- practice_modes
-- How each practice bills each service in the month: by individual codes, by its bundled code, or not at all; and
-- whether amounts follow its locality or the national schedule. Where more than one way is lawful, the site's choice.
-- key: practice_no, service
-- reads: practice_months, rule_kinds, rule_settings
select m.practice_no, k.service, k.mode, k.code, k.month_units, k.seconds, k.later_seconds, k.amount_basis
from practice_months m
join rule_kinds k on k.practice_kind = m.kind and k.from_day <= cast(20543 as bigint) and k.to_day >= cast(20543 as bigint)
left join rule_settings s on s.name = k.setting and s.from_day <= cast(20543 as bigint) and s.to_day >= cast(20543 as bigint)
where k.setting = '' or s.value = k.choice
;

-- person_coverage_spans
-- Coverage spans, with their rank (1 = primary).
-- key: none
-- reads: coverage, persons
select
  p.person_no,
  c.payer_id,
  c.product,
  cast(c.start_date as bigint) as start_day,
  cast(coalesce(c.end_date, 2932896) as bigint) as end_day,
  coalesce(c.rank, cast(1 as bigint)) as rank,
  c.qmb
from coverage c
join persons p on p.person_id = c.person_id
;

-- qualified_beneficiaries
-- Whether a person is a Qualified Medicare Beneficiary in the month (1 yes, 0 no; no row: nobody said).
-- key: person_no
-- reads: person_coverage_spans
select person_no, max(case when qmb then 1 else 0 end) as qmb
from person_coverage_spans
where qmb is not null and start_day <= cast(20543 as bigint) and end_day >= cast(20513 as bigint)
group by person_no
;

-- standings
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
;

-- running_seconds
-- Time that counts, in order, with the seconds reached by the end of each piece.
-- key: care_no, start_s
-- kept: never (eight million rows that each reader looks up by care month)
-- reads: plain_entries, ruled_pieces
select care_no, start_s, end_s, reached_s
from plain_entries
union all
select
  care_no,
  start_s,
  end_s,
  cast(sum(end_s - start_s) over (
    partition by care_no order by start_s rows between unbounded preceding and current row
  ) as bigint) as reached_s
from ruled_pieces
where set_aside_no is null
;

-- reached_families
-- Families of timed codes whose threshold the month reached, with the units of the add-on that its seconds earn.
-- key: care_no, slot, family
-- reads: standings, codes_in_force
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  f.first_seconds,
  f.step_seconds,
  f.step_from_seconds,
  s.last_day_of_life_or_month,
  f.from_day,
  f.to_day,
  case when f.add_on_code = '' or f.step_seconds = 0 then cast(0 as bigint)
    else greatest(cast(0 as bigint), least(
      cast(f.add_on_cap as bigint),
      cast(floor((case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end
        - f.step_from_seconds) / f.step_seconds) as bigint)
    ))
  end as add_on_units
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'time'
where s.mode = 'individual'
  and case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end >= f.first_seconds
  and s.seconds > 0
  and s.decision_level >= f.decision_level
  and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
  and (f.first_month = 'any' or f.first_month = s.which_month)
;

-- thresholds
-- The seconds at which each family's last unit is earned: by anyone's clock, or by the practitioner's alone.
-- key: care_no, family, base_code
-- reads: reached_families, standings
select
  care_no,
  practice_no,
  family,
  base_code,
  case when performer = 'practitioner' then 1 else 0 end as alone,
  case when add_on_units = 0 then first_seconds else step_from_seconds + add_on_units * step_seconds end as needed_s
from reached_families
union all
select care_no, practice_no, 'bundled' as family, bundled_code as base_code, 0 as alone, bundled_seconds as needed_s
from standings
where mode = 'bundled'
;

-- threshold_days
-- The local day on which each threshold was reached.
-- key: care_no, family, base_code
-- reads: thresholds, running_seconds, counted_pieces, practice_months
with alone as (
  select p.care_no, p.start_s, p.end_s
  from (select distinct care_no from thresholds where alone = 1) t
  join counted_pieces p on p.care_no = t.care_no and p.role_no = 0
),
practitioner_seconds as (
  select
    care_no,
    start_s,
    end_s,
    cast(sum(end_s - start_s) over (
      partition by care_no order by start_s rows between unbounded preceding and current row
    ) as bigint) as reached_s
  from alone
),
instants as (
  select t.care_no, t.practice_no, t.family, t.base_code, r.end_s - 1 - (r.reached_s - t.needed_s) as at_s
  from thresholds t
  join running_seconds r
    on r.care_no = t.care_no and r.reached_s >= t.needed_s and r.reached_s - (r.end_s - r.start_s) < t.needed_s
  where t.alone = 0
  union all
  select t.care_no, t.practice_no, t.family, t.base_code, r.end_s - 1 - (r.reached_s - t.needed_s) as at_s
  from thresholds t
  join practitioner_seconds r
    on r.care_no = t.care_no and r.reached_s >= t.needed_s and r.reached_s - (r.end_s - r.start_s) < t.needed_s
  where t.alone = 1
)
select
  i.care_no,
  i.family,
  i.base_code,
  cast(floor((i.at_s + case when i.at_s < m.switch_s then m.offset_before else m.offset_after end) / 86400) as bigint)
    as reached_day
from instants i
join practice_months m on m.practice_no = i.practice_no
;

-- bundled_options
-- Rural and federally qualified clinics in a bundled period: one unit of the bundled code where the service's time is
-- reached, on the day on which it was reached.
-- key: care_no
-- reads: standings, threshold_days
select
  s.care_no,
  s.practice_no,
  'time' as slot,
  'bundled' as family,
  1 as family_rank,
  'staff' as performer,
  '' as under_service,
  s.bundled_code as base_code,
  '' as add_on_code,
  cast(0 as bigint) as add_on_units,
  d.reached_day as service_day
from standings s
join threshold_days d on d.care_no = s.care_no and d.family = 'bundled'
where s.mode = 'bundled'
;

-- facility_places
-- Practices whose place of service is paid at the facility rate.
-- key: practice_no
-- reads: practice_months, rule_places
select m.practice_no, max(case when r.facility then 1 else 0 end) as facility
from practice_months m
left join rule_places r
  on r.place_of_service = m.place_of_service and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
group by m.practice_no
;

-- prices
-- Allowed amount of one unit in cents, by practice, code and period: (work × work index + expense × expense index +
-- malpractice × malpractice index) × conversion factor, rounded half up once; or the national amount of a clinic's code.
-- Null where the fee schedule has no amount for the place (not payable there, or priced by the contractor). What is paid at the
-- national amount is paid alike to everybody: the factor for qualifying participants is the fee schedule's own.
-- key: practice_no, code, from_day
-- reads: practice_months, practice_modes, facility_places, rule_rvus, rule_conversion_factors, rule_gpcis, rule_national_amounts
with national_kinds as (
  select practice_no, max(case when amount_basis = 'national' then 1 else 0 end) as national
  from practice_modes
  group by practice_no
),
places as (
  select
    m.practice_no,
    m.kind,
    m.qualifying_apm,
    f.facility,
    n.national,
    case when n.national = 1 or m.carrier is null or m.locality is null then '' else m.carrier end as carrier,
    case when n.national = 1 or m.carrier is null or m.locality is null then '' else m.locality end as locality
  from practice_months m
  join facility_places f on f.practice_no = m.practice_no
  join national_kinds n on n.practice_no = m.practice_no
),
indexed as (
  select p.practice_no, p.kind, p.qualifying_apm, p.facility, p.national, g.work_e3, g.pe_e3, g.mp_e3,
    cast(g.from_day as bigint) as from_day, cast(g.to_day as bigint) as to_day
  from places p
  join rule_gpcis g on g.carrier = p.carrier and g.locality = p.locality
  where p.carrier <> '' and g.from_day <= cast(20543 as bigint) and g.to_day >= cast(20513 as bigint)
  union all
  select p.practice_no, p.kind, p.qualifying_apm, p.facility, p.national, 1000 as work_e3, 1000 as pe_e3, 1000 as mp_e3,
    cast(cast(20513 as bigint) as bigint) as from_day, cast(cast(20543 as bigint) as bigint) as to_day
  from places p
  where p.carrier = ''
),
scheduled as (
  select
    i.practice_no,
    r.code,
    greatest(i.from_day, r.from_day, c.from_day) as from_day,
    least(i.to_day, r.to_day, c.to_day) as to_day,
    case
      when r.status <> 'A' or (case when i.facility = 1 and i.national = 0 then r.pe_facility else r.pe_nonfacility end) < 0
        then null
      else cast(floor((
        (cast(r.work as bigint) * i.work_e3
          + cast(case when i.facility = 1 and i.national = 0 then r.pe_facility else r.pe_nonfacility end as bigint) * i.pe_e3
          + cast(r.malpractice as bigint) * i.mp_e3) * c.cf_e4 + 5000000) / 10000000) as bigint)
    end as cents
  from indexed i
  join rule_rvus r on r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20513 as bigint)
  join rule_conversion_factors c
    on c.qualifying = (i.qualifying_apm and i.national = 0) and c.from_day <= cast(20543 as bigint) and c.to_day >= cast(20513 as bigint)
    and c.from_day <= r.to_day and c.to_day >= r.from_day
  where greatest(i.from_day, r.from_day, c.from_day) <= least(i.to_day, r.to_day, c.to_day)
)
select s.practice_no, s.code, s.from_day, s.to_day, s.cents
from scheduled s
join practice_months m on m.practice_no = s.practice_no
where not exists (
  select 1 from rule_national_amounts n
  where n.code = s.code and n.practice_kind = m.kind and n.from_day <= s.to_day and n.to_day >= s.from_day
)
union all
select m.practice_no, n.code, cast(n.from_day as bigint) as from_day, cast(n.to_day as bigint) as to_day,
  cast(n.cents as bigint) as cents
from practice_months m
join rule_national_amounts n
  on n.practice_kind = m.kind and n.from_day <= cast(20543 as bigint) and n.to_day >= cast(20513 as bigint)
;

-- time_options
-- Timed families that may be billed, dated on the day on which their last unit was reached, or on the last day of the
-- month or of life where a site says so (setting service_date).
-- key: care_no, slot, family
-- reads: reached_families, threshold_days, settings_in_force
with dated as (
  select
    r.care_no,
    r.practice_no,
    r.slot,
    r.family,
    r.family_rank,
    r.performer,
    r.under_service,
    r.base_code,
    r.add_on_code,
    r.add_on_units,
    r.from_day,
    r.to_day,
    case when g.service_date = 'month_end' then r.last_day_of_life_or_month else d.reached_day end as service_day
  from reached_families r
  join threshold_days d on d.care_no = r.care_no and d.family = r.family and d.base_code = r.base_code
  cross join settings_in_force g
)
select
  care_no,
  practice_no,
  slot,
  family,
  family_rank,
  performer,
  under_service,
  base_code,
  add_on_code,
  add_on_units,
  service_day
from dated
where service_day >= from_day and service_day <= to_day
;

-- untimed_options
-- Families earned without a clock: by days with readings, by the month itself, by a documented service, by a discharge.
-- key: care_no, family, service_day
-- reads: standings, codes_in_force, device_readings, documented_services, discharges
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  d.reading_day as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'device_days'
join device_readings d
  on d.care_no = s.care_no and d.device = f.device
  and d.day_number = f.min_days
where s.mode = 'individual' and d.days >= f.min_days and d.days <= f.max_days
  and d.reading_day >= f.from_day and d.reading_day <= f.to_day
union all
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  s.last_day_of_life_or_month as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'month'
where s.mode = 'individual'
  and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
  and (f.qmb = 'any' or f.qmb = case when s.qmb = 1 then 'yes' else 'no' end)
  and (f.first_month = 'any' or f.first_month = s.which_month)
  and (f.under_service = '' or s.seconds > 0)
  and s.last_day_of_life_or_month >= cast(20513 as bigint)
  and s.last_day_of_life_or_month >= f.from_day and s.last_day_of_life_or_month <= f.to_day
union all
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  max(v.service_day) as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'documented'
join documented_services v
  on v.care_no = s.care_no and v.code = f.base_code
where s.mode = 'individual' and v.service_day >= f.from_day and v.service_day <= f.to_day
group by s.care_no, s.practice_no, f.slot, f.family, f.family_rank, f.performer, f.under_service,
  f.base_code, f.add_on_code
union all
select
  s.care_no,
  s.practice_no,
  d.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  d.visit_day as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'discharge'
join discharges d on d.care_no = s.care_no
where s.mode = 'individual'
  and d.window_of is null and d.visit_day is not null and d.visit_day - d.discharge_day <= f.max_days
  and (s.decision_level >= f.decision_level or (s.decision_level = 0 and d.tcm_code = f.base_code))
  and d.visit_day >= f.from_day and d.visit_day <= f.to_day
;

-- options
-- Every lawful way to code each slot of a care month, with its allowed amount on its service date.
-- key: care_no, slot, family
-- reads: time_options, untimed_options, bundled_options, prices
with earned as (
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from time_options
  union all
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from untimed_options
  union all
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from bundled_options
)
select
  e.care_no,
  e.slot,
  e.family,
  e.family_rank,
  e.performer,
  e.under_service,
  e.base_code,
  e.add_on_code,
  e.add_on_units,
  e.service_day,
  b.cents as base_cents,
  a.cents as add_on_cents,
  case when b.cents is null or (e.add_on_units > 0 and a.cents is null) then null
    else b.cents + e.add_on_units * coalesce(a.cents, cast(0 as bigint)) end as amount_cents
from earned e
left join prices b
  on b.practice_no = e.practice_no and b.code = e.base_code and b.from_day <= e.service_day and b.to_day >= e.service_day
left join prices a
  on a.practice_no = e.practice_no and a.code = e.add_on_code and a.from_day <= e.service_day and a.to_day >= e.service_day
;

-- rivals
-- Slots that more than one way of coding is open to.
-- key: care_no, slot, under_service
-- reads: options
select care_no, slot, under_service
from options
group by care_no, slot, under_service
having min(family) <> max(family)
;

-- choices
-- The way each slot is coded. Within a family group by what is documented (complex before plain), never by amount.
-- Practitioner alone: the practitioner's codes. Mixed: both are lawful, and the one allowed more is taken.
-- key: care_no, slot, under_service
-- reads: options, rivals, work
with placed as (
  select
    o.care_no, o.slot, o.family, o.performer, o.under_service, o.base_code, o.add_on_code,
    o.add_on_units, o.service_day, o.base_cents, o.add_on_cents, o.amount_cents,
    case when o.performer = 'practitioner' then 1 else 0 end as by_practitioner,
    row_number() over (
      partition by o.care_no, o.slot, o.under_service, case when o.performer = 'practitioner' then 1 else 0 end
      order by o.family_rank, o.family
    ) as place
  from options o
  join rivals r on r.care_no = o.care_no and r.slot = o.slot and r.under_service = o.under_service
),
ranked as (
  select
    p.care_no, p.slot, p.family, p.performer, p.under_service, p.base_code, p.add_on_code,
    p.add_on_units, p.service_day, p.base_cents, p.add_on_cents, p.amount_cents,
    row_number() over (
      partition by p.care_no, p.slot, p.under_service
      order by
        case when p.by_practitioner = 1 and w.seconds = w.practitioner_seconds then 0 else 1 end,
        coalesce(p.amount_cents, cast(-1 as bigint)) desc,
        p.by_practitioner
    ) as place
  from placed p
  left join work w on w.care_no = p.care_no
  where p.place = 1
)
select
  care_no, slot, family, performer, under_service, base_code, add_on_code, add_on_units, service_day, base_cents,
  add_on_cents, amount_cents
from ranked
where place = 1
union all
select
  o.care_no, o.slot, o.family, o.performer, o.under_service, o.base_code, o.add_on_code, o.add_on_units, o.service_day,
  o.base_cents, o.add_on_cents, o.amount_cents
from options o
where not exists (
  select 1 from rivals r where r.care_no = o.care_no and r.slot = o.slot and r.under_service = o.under_service
)
;

-- evidence
-- All that the rules look at in a care month, with the date it would bear on the claim: the last of its slots, else the
-- last day of the month or of life (for one who died before it, the month's first day: its rules say so).
-- key: care_no
-- reads: standings, choices
with last_days as (
  select care_no, max(service_day) as service_day from choices group by care_no
)
select
  s.care_no,
  s.panel_no,
  s.person_no,
  s.practice_no,
  s.service,
  s.kind,
  s.death_day,
  s.mode,
  s.bundled_seconds,
  s.seconds,
  s.practitioner_seconds,
  s.live_contact,
  s.consent_given,
  s.consent_in_force,
  s.plan_given,
  s.plan_given_and_complete,
  s.documented_level,
  s.conditions,
  s.qmb,
  coalesce(h.service_day, greatest(s.last_day_of_life_or_month, cast(cast(20513 as bigint) as bigint))) as service_day
from standings s
left join last_days h on h.care_no = s.care_no
;

-- add_on_needs_base
-- add-on-needs-base: a documented add-on stands on the same day as a visit it may be added to.
-- reads: care_months, choices, person_visits, rule_code_sets
with bases as (
  select distinct set_name from rule_code_sets
),
add_ons as (
  select h.care_no, h.slot, h.base_code, h.service_day, b.set_name
  from choices h
  join bases b on b.set_name = h.family || '_base'
)
select h.care_no, h.slot, 'add-on-needs-base' as rule, 'no' as verdict,
  h.base_code || ' without its base service that day' as observed, 'a base visit on the same day' as required
from add_ons h
join care_months m on m.care_no = h.care_no
where not exists (
  select 1
  from person_visits v
  join rule_code_sets s on s.code = v.code
  where s.set_name = h.set_name and v.panel_no = m.panel_no and v.service_day = h.service_day
)
;

-- asked
-- Which requirements are asked of which care month, in force on its service date, beside what the record shows.
-- key: care_no, rule
-- kept: never
-- reads: evidence, rule_requirements
select
  e.care_no,
  e.panel_no,
  e.person_no,
  e.practice_no,
  e.service,
  e.service_day,
  e.death_day,
  e.mode,
  e.seconds,
  e.live_contact,
  e.consent_given,
  e.consent_in_force,
  e.plan_given,
  e.plan_given_and_complete,
  e.documented_level,
  e.conditions,
  e.qmb,
  r.rule,
  r.number,
  r.text,
  r.waived_months
from evidence e
join rule_requirements r
  on r.service = e.service and r.from_day <= e.service_day and r.to_day >= e.service_day
;

-- alive
-- alive: a service is billed for a month in which the person lived, and bears no date after the day of death.
-- reads: asked, choices, calendar
with judged as (
  select care_no, '' as slot, death_day, cast(null as bigint) as service_day,
    case when death_day < cast(20513 as bigint) then 'no' else 'yes' end as verdict
  from asked
  where rule = 'alive'
  union all
  select a.care_no, h.slot, a.death_day, h.service_day, 'no' as verdict
  from asked a
  join choices h on h.care_no = a.care_no and h.service_day > a.death_day
  where a.rule = 'alive' and a.death_day >= cast(20513 as bigint)
)
select j.care_no, j.slot, 'alive' as rule, j.verdict,
  case when j.death_day is null then 'no death recorded' else 'died ' || coalesce(c.iso, 'before the month') end
    || case when j.service_day is null then '' else ', the service is dated ' || coalesce(s.iso, 'later') end as observed,
  'alive in the month' || case when j.service_day is null then '' else ' and on the date of the service' end as required
from judged j
left join calendar c on c.day = j.death_day
left join calendar s on s.day = j.service_day
where j.verdict <> 'yes' or false
;

-- apcm_level
-- apcm-level: with two or more conditions the level turns on QMB status; where nobody has said, the lower is billed.
-- reads: asked
select care_no, '' as slot, 'apcm-level' as rule, 'unknown' as verdict,
  'QMB status not on file' as observed, 'QMB status known, where there are two or more conditions' as required
from asked
where rule = 'apcm-level' and conditions >= 2 and qmb is null and mode is not null
;

-- care_plan_shared
-- care-plan-shared: a complete care plan exists and the person has a copy.
-- reads: asked
with judged as (
  select care_no, plan_given, case when plan_given_and_complete = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'care-plan-shared'
)
select care_no, '' as slot, 'care-plan-shared' as rule, verdict,
  case
    when verdict = 'yes' then 'plan complete and given'
    when plan_given is null then 'no care plan'
    when plan_given = 0 then 'care plan not given to the patient'
    else 'care plan has missing elements'
  end as observed,
  'a complete care plan, a copy given to the patient' as required
from judged
where verdict <> 'yes' or false
;

-- code_in_force
-- code-in-force: a code of the service existed, and this kind of practice could bill it, on the service date.
-- reads: evidence, codes_in_force, practice_modes
with coded as (
  select distinct service from codes_in_force
),
judged as (
  select s.care_no, s.service, s.kind,
    case when m.mode = 'not_payable' or m.mode is null or f.service is null then 'no' else 'yes' end as verdict
  from evidence s
  left join practice_modes m on m.practice_no = s.practice_no and m.service = s.service
  left join coded f on f.service = s.service
)
select care_no, '' as slot, 'code-in-force' as rule, verdict,
  case verdict when 'yes' then 'codes in force' else 'no code of ' || service || ' in force for a ' || kind end as observed,
  'a code in force on the service date' as required
from judged
where verdict <> 'yes' or false
;

-- complex_decision_making
-- complex-decision-making: an hour of work is complex care management only if moderate or high decision making is
-- documented. Without it the month is billed as plain care management, and this says what would change that.
-- reads: asked, codes_in_force
with complex_codes as (
  select service, min(first_seconds) as first_seconds, min(decision_level) as level
  from codes_in_force where decision_level > 0 and basis = 'time' group by service
),
judged as (
  select a.care_no, a.documented_level,
    case when a.documented_level >= k.level then 'yes' when a.documented_level is null then 'unknown' else 'no' end
      as verdict
  from asked a
  join complex_codes k on k.service = a.service
  where a.rule = 'complex-decision-making' and a.seconds >= k.first_seconds and a.mode = 'individual'
)
select care_no, '' as slot, 'complex-decision-making' as rule, verdict,
  case coalesce(documented_level, 0) when 0 then 'not documented' when 1 then 'straightforward' when 2 then 'low'
    when 3 then 'moderate' else 'high' end as observed,
  'moderate or high' as required
from judged
where verdict <> 'yes' or false
;

-- consent_active
-- consent-active: consent was not withdrawn before the month began.
-- reads: asked
with judged as (
  select care_no, case when consent_in_force = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'consent-active' and consent_given = 1
)
select care_no, '' as slot, 'consent-active' as rule, verdict,
  case verdict when 'yes' then 'consent in force' else 'consent withdrawn before the month' end as observed,
  'consent in force in the month' as required
from judged
where verdict <> 'yes' or false
;

-- consent_documented
-- consent-documented: the person agreed to this service, and the record says when.
-- reads: asked
with judged as (
  select care_no, case when consent_given = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'consent-documented'
)
select care_no, '' as slot, 'consent-documented' as rule, verdict,
  case verdict when 'yes' then 'consent on file' else 'no consent on file' end as observed,
  'verbal or written consent, documented' as required
from judged
where verdict <> 'yes' or false
;

-- consented_instead
-- apcm-instead-of-time: a service that takes another's place for the month wherever the person has consented to it.
-- reads: evidence, rule_service_conflicts, services, consent_states, practice_modes, codes_in_force
with judged as (
  select s.care_no, r.rule, r.verdict, min(r.winner) as winner
  from evidence s
  join rule_service_conflicts r
    on r.loser = s.service and r."when" = 'consented' and r.from_day <= s.service_day and r.to_day >= s.service_day
  join services n on n.service = r.winner
  join consent_states w on w.care_no = s.panel_no + n.service_no and w.in_force = 1
  join practice_modes m on m.practice_no = s.practice_no and m.service = r.winner and m.mode <> 'not_payable'
  where exists (select 1 from codes_in_force f where f.service = r.winner and f.from_day <= s.service_day
    and f.to_day >= s.service_day)
  group by s.care_no, r.rule, r.verdict
)
select care_no, '' as slot, rule, verdict,
  'consented to ' || winner as observed, 'no service in its place this month' as required
from judged
;

-- documented_minimum
-- remote-monitoring-days, threshold-reached: a service that a visit row documents may ask for readings or minutes besides.
-- Set-up needs its days with a reading, from the month's first to thirty days from it; a review of data needs the
-- practitioner's minutes, over and above those that the service's timed codes are billed for.
-- reads: care_months, choices, codes_in_force, device_days, persons, work
with documented as (
  select h.care_no, m.person_no, m.practice_no, m.service, h.slot, h.service_day, f.min_days, f.first_seconds
  from choices h
  join care_months m on m.care_no = h.care_no
  join codes_in_force f on f.service = m.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'documented' and f.from_day <= h.service_day and f.to_day >= h.service_day
    and (f.min_days > 0 or f.first_seconds > 0)
),
read_on as (
  select distinct d.care_no, d.slot, r.device, r.reading_date
  from documented d
  join persons p on p.person_no = d.person_no
  join device_days r
    on r.person_id = p.person_id and coalesce(r.service, 'rpm') = d.service
    and r.reading_date >= cast(20513 as bigint) and r.reading_date <= d.service_day + 29
  where p.practice_no = d.practice_no and (p.death_day is null or r.reading_date <= p.death_day)
),
by_device as (
  select care_no, slot, device, cast(count(1) as bigint) as days
  from read_on
  group by care_no, slot, device
),
readings as (
  select care_no, slot, max(days) as days
  from by_device
  group by care_no, slot
),
billed_time as (
  select h.care_no,
    cast(sum(case when h.add_on_units = 0 then f.first_seconds else f.step_from_seconds + h.add_on_units * f.step_seconds end)
      as bigint) as seconds
  from (select distinct care_no, service from documented) d
  join choices h on h.care_no = d.care_no
  join codes_in_force f on f.service = d.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'time' and h.under_service = '' and f.from_day <= h.service_day and f.to_day >= h.service_day
  group by h.care_no
),
left_over as (
  select d.care_no, d.slot,
    greatest(cast(0 as bigint), least(
      coalesce(w.practitioner_seconds, cast(0 as bigint)),
      coalesce(w.seconds, cast(0 as bigint)) - coalesce(b.seconds, cast(0 as bigint))
    )) as seconds
  from documented d
  left join work w on w.care_no = d.care_no
  left join billed_time b on b.care_no = d.care_no
),
judged as (
  select d.care_no, d.slot, 'remote-monitoring-days' as rule,
    case when coalesce(r.days, cast(0 as bigint)) >= d.min_days then 'yes' else 'no' end as verdict,
    cast(coalesce(r.days, cast(0 as bigint)) as varchar) || ' days' as observed,
    cast(d.min_days as varchar) || ' days with a reading, up to thirty days from the set-up' as required
  from documented d
  left join readings r
    on r.care_no = d.care_no and r.slot = d.slot
  where d.min_days > 0
  union all
  select d.care_no, d.slot, 'threshold-reached' as rule,
    case when t.seconds >= d.first_seconds then 'yes' else 'no' end as verdict,
    cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
      || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar)
      || ' s of the practitioner counted and not billed otherwise' as observed,
    cast(cast(floor(d.first_seconds / 60) as bigint) as varchar) || ' min' as required
  from documented d
  join left_over t
    on t.care_no = d.care_no and t.slot = d.slot
  where d.first_seconds > 0
)
select care_no, slot, rule, verdict, observed, required
from judged
where verdict <> 'yes' or false
;

-- home_health_plan
-- home-health-oversight: community health integration beside a home health plan of care is held until someone has looked
-- at whose work it is. The rulebook says of which services this is asked, and that no primary text was seen.
-- reads: asked, person_stays, calendar
with judged as (
  select a.care_no, min(s.start_day) as plan_day
  from asked a
  join person_stays s
    on s.person_no = a.person_no and s.kind = 'home_health' and s.start_day <= cast(20543 as bigint)
    and (s.end_day is null or s.end_day >= cast(20513 as bigint))
  where a.rule = 'home-health-oversight' and a.number = 1
  group by a.care_no
)
select j.care_no, '' as slot, 'home-health-oversight' as rule, 'unknown' as verdict,
  'home health plan since ' || coalesce(c.iso, 'earlier') as observed,
  'a review of what the home health plan covers' as required
from judged j
left join calendar c on c.day = j.plan_day
;

-- hospice_election
-- hospice: an election in the month holds the care month until someone has looked at it.
-- reads: asked, person_stays, calendar
with judged as (
  select a.care_no, min(s.start_day) as elected_day
  from asked a
  join person_stays s
    on s.person_no = a.person_no and s.kind = 'hospice' and s.start_day <= cast(20543 as bigint)
    and (s.end_day is null or s.end_day >= cast(20513 as bigint))
  where a.rule = 'hospice'
  group by a.care_no
)
select j.care_no, '' as slot, 'hospice' as rule, 'unknown' as verdict,
  'hospice elected ' || coalesce(c.iso, 'earlier') as observed,
  'a review of what the hospice covers' as required
from judged j
left join calendar c on c.day = j.elected_day
;

-- qualifying_visits
-- The last visit that may start a service, and the last visit of any kind, by person and practice. The rule looks back
-- its number of calendar months from the day the service started (the first consent; without one, the month's end).
-- `waived_day`: the last claim of the practice that stands for the visit, where a service allows one.
-- key: care_no
-- reads: asked, consent_states, practice_months, person_visits, person_claims, calendar, rule_code_sets
with starts as (
  select
    a.care_no,
    a.panel_no,
    a.service,
    a.number,
    a.waived_months,
    c.day as start_day,
    c.month_position - 31 * a.number as earliest_position,
    c.month_position - 31 * a.waived_months as waived_from_position
  from asked a
  join practice_months m on m.practice_no = a.practice_no
  left join consent_states s on s.care_no = a.care_no and s.given = 1
  left join calendar c
    on c.day = case when s.given_at is null then cast(cast(20543 as bigint) as bigint)
      else cast(floor((s.given_at + m.offset_before) / 86400) as bigint) end
  where a.rule = 'initiating-visit'
),
waived as (
  select s.care_no, max(o.service_day) as day
  from starts s
  join person_claims o on o.panel_no = s.panel_no and o.practice_no <> 0 and o.service_day <= s.start_day
  join rule_code_sets q
    on q.set_name = 'continuing_' || s.service and q.code = o.code
    and q.from_day <= o.service_day and q.to_day >= o.service_day
  join calendar c on c.day = o.service_day and c.month_position >= s.waived_from_position
  where s.waived_months > 0
  group by s.care_no
)
select
  s.care_no,
  max(s.number) as number,
  max(s.waived_months) as waived_months,
  max(w.day) as waived_day,
  max(case when q.code is not null and c.month_position >= s.earliest_position then v.service_day end) as qualifying_day,
  max(case when c.month_position >= s.earliest_position then v.service_day end) as any_day,
  max(v.service_day) as seen_day
from starts s
left join person_visits v on v.panel_no = s.panel_no
left join rule_code_sets q
  on q.set_name = 'initiating_' || s.service and q.code = v.code
  and q.from_day <= v.service_day and q.to_day >= v.service_day
left join calendar c on c.day = v.service_day
left join waived w on w.care_no = s.care_no
group by s.care_no
;

-- initiating_visit
-- initiating-visit: the person was seen, within the months the service looks back, in a visit that may start it; or the
-- practice billed, in the months that it allows, care that stands for such a visit.
-- reads: qualifying_visits, calendar
with judged as (
  select care_no, number, waived_months, waived_day, qualifying_day, seen_day,
    case when qualifying_day is null and waived_day is null then 'no' else 'yes' end as verdict
  from qualifying_visits
)
select j.care_no, '' as slot, 'initiating-visit' as rule, j.verdict,
  case when j.qualifying_day is null and j.waived_day is not null then 'care management billed on ' || coalesce(w.iso, 'a day')
    when j.qualifying_day is null and j.seen_day is null then 'no visit on file'
    else 'last visit ' || coalesce(c.iso, 'long ago') end as observed,
  'a qualifying visit in the ' || cast(j.number as varchar) || ' months before the service started, or since'
    || case when j.waived_months = 0 then ''
      else ', or care management billed here in the ' || cast(j.waived_months as varchar) || ' months before' end
    as required
from judged j
left join calendar c on c.day = coalesce(j.qualifying_day, j.seen_day)
left join calendar w on w.day = j.waived_day
where j.verdict <> 'yes' or false
;

-- initiating_visit_type
-- initiating-visit-type: a visit in time counts only if it is of a kind that may start the service.
-- reads: qualifying_visits, asked, calendar
with judged as (
  select q.care_no, q.any_day, q.qualifying_day,
    case when q.any_day is not null and q.qualifying_day is null and q.waived_day is null then 'no' else 'yes' end as verdict
  from qualifying_visits q
  join asked a
    on a.care_no = q.care_no
    and a.rule = 'initiating-visit-type'
  where q.any_day is not null
)
select j.care_no, '' as slot, 'initiating-visit-type' as rule, j.verdict,
  'visit of ' || coalesce(c.iso, 'that time') as observed,
  'an evaluation and management visit of level 2 or more, a wellness visit or a transition visit' as required
from judged j
left join calendar c on c.day = coalesce(j.qualifying_day, j.any_day)
where j.verdict <> 'yes' or false
;

-- lawful_alternative
-- one-family, pcm-performer: one family of codes a month. In a mixed month the staff's and the practitioner's are both
-- lawful: one is billed, the other is named. So is another family that this practice has already billed.
-- reads: asked, care_months, choices, options, rivals, work, person_claims, rule_codes
with others as (
  select h.care_no, h.slot, h.base_code, o.base_code || ' is reached too' as observed,
    row_number() over (
      partition by h.care_no, h.slot order by o.family_rank, o.family
    ) as place
  from choices h
  join rivals t on t.care_no = h.care_no and t.slot = h.slot and t.under_service = h.under_service
  join work w on w.care_no = h.care_no and w.seconds > w.practitioner_seconds
  join options o
    on o.care_no = h.care_no and o.slot = h.slot and o.under_service = h.under_service
    and case when o.performer = 'practitioner' then 1 else 0 end <> case when h.performer = 'practitioner' then 1 else 0 end
  union all
  select h.care_no, h.slot, h.base_code,
    min(c.code) || ' is already billed by this practice' as observed, cast(1 as bigint) as place
  from choices h
  join care_months m on m.care_no = h.care_no
  join person_claims c
    on c.panel_no = m.panel_no and c.practice_no <> 0
    and c.service_day >= cast(20513 as bigint) and c.service_day <= cast(20543 as bigint)
  join rule_codes r
    on r.code = c.code and r.service = m.service and r.slot = h.slot and r.family <> h.family
    and r.from_day <= c.service_day and r.to_day >= c.service_day
  group by h.care_no, h.slot, h.base_code
)
select o.care_no, o.slot, a.rule, 'no' as verdict, o.observed,
  'the month is coded as ' || o.base_code as required
from others o
join asked a
  on a.care_no = o.care_no
  and a.rule in ('one-family', 'pcm-performer')
where o.place = 1
;

-- live_contact
-- live-contact: at least one live conversation with the patient or caregiver in the month's counted time.
-- reads: asked, choices
with judged as (
  select a.care_no,
    case when a.live_contact = 1 then 'yes' else 'no' end as verdict
  from asked a
  join choices h on h.care_no = a.care_no and h.slot = 'time'
  where a.rule = 'live-contact'
)
select care_no, 'time' as slot, 'live-contact' as rule, verdict,
  case verdict when 'yes' then 'a live contact' else 'no live contact recorded' end as observed,
  'one live two-way contact in the month' as required
from judged
where verdict <> 'yes' or false
;

-- same_day_pairs
-- Codes that the month may bill beside a service of the practice's own on the same day (a visit, or a claim already
-- billed), where the national edits pair the two. `our_column` = 2: the other is paid and ours is not; 1: the other way
-- round. `modifier` = 1: a modifier may say that the work was distinct.
-- key: care_no, place, code, other_code, our_column
-- reads: care_months, choices, person_claims, person_visits, rule_code_pairs
with coded as (
  select care_no, slot, base_code as code, service_day,
    slot || case when under_service = '' then '' else ' under ' || under_service end as place
  from choices
  union all
  select care_no, slot, add_on_code as code, service_day,
    slot || case when under_service = '' then '' else ' under ' || under_service end || ' add-on' as place
  from choices
  where add_on_units > 0
),
own as (
  select panel_no, service_day, code from person_claims
  where practice_no <> 0 and service_day >= cast(20513 as bigint) and service_day <= cast(20543 as bigint)
  union
  select panel_no, service_day, code from person_visits where service_day >= cast(20513 as bigint)
),
met as (
  select k.care_no, k.slot, k.place, k.code, k.service_day, o.code as other_code
  from coded k
  join care_months c on c.care_no = k.care_no
  join own o on o.panel_no = c.panel_no and o.service_day = k.service_day
  where o.code <> k.code
)
select m.care_no, m.slot, m.place, m.code, m.service_day, m.other_code, 1 as our_column,
  case when r.modifier_allowed then 1 else 0 end as modifier
from met m
join rule_code_pairs r
  on r.column1 = m.code and r.column2 = m.other_code and r.from_day <= m.service_day and r.to_day >= m.service_day
union all
select m.care_no, m.slot, m.place, m.code, m.service_day, m.other_code, 2 as our_column,
  case when r.modifier_allowed then 1 else 0 end as modifier
from met m
join rule_code_pairs r
  on r.column2 = m.code and r.column1 = m.other_code and r.from_day <= m.service_day and r.to_day >= m.service_day
;

-- modifier_needed
-- modifier-needed: another service of the practice on the day of a code that is paired with it. Where the pair may be
-- unbundled, which line needs the modifier; where it may not, that the other line is not paid. A visit takes modifier 25,
-- any other service 59.
-- reads: same_day_pairs, rule_code_sets
with judged as (
  select p.care_no, p.slot, p.our_column, p.modifier,
    max(case when e.code is null then 0 else 1 end) as visit,
    min(p.other_code) as other_code, min(p.code) as code
  from same_day_pairs p
  left join rule_code_sets e
    on e.set_name = 'em_needing_25' and e.code = p.other_code and e.from_day <= p.service_day
    and e.to_day >= p.service_day
  where p.our_column = 1 or p.modifier = 1
  group by p.care_no, p.slot, p.our_column, p.modifier,
    case when e.code is null then 0 else 1 end
)
select care_no, slot, 'modifier-needed' as rule, 'no' as verdict,
  other_code || ' on the same day as ' || code as observed,
  case
    when modifier = 0 then other_code || ' not billed: it is part of ' || code || ' and no modifier parts them'
    when our_column = 2 then 'modifier 59 on ' || code || ', if the work was distinct'
    when visit = 1 then 'modifier 25 on the visit'
    else 'modifier 59 on ' || other_code || ', if the work was distinct'
  end as required
from judged
;

-- once_per_start
-- once-per-start: a service paid once when care management starts was not billed before by this practice.
-- reads: choices, asked, person_claims, calendar
with judged as (
  select h.care_no, h.slot, h.base_code, max(o.service_day) as day
  from choices h
  join asked a on a.care_no = h.care_no and a.rule = 'once-per-start' and a.text = h.base_code
  join person_claims o on o.panel_no = a.panel_no and o.code = h.base_code and o.service_day <= h.service_day
  group by h.care_no, h.slot, h.base_code
)
select j.care_no, j.slot, 'once-per-start' as rule, 'no' as verdict,
  j.base_code || ' billed ' || coalesce(c.iso, 'earlier') as observed, 'once at the start of the service' as required
from judged j
left join calendar c on c.day = j.day
;

-- one_condition
-- one-condition: the one complex chronic condition that principal care management is about.
-- reads: asked
select care_no, '' as slot, 'one-condition' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic condition' as required
from asked
where rule = 'one-condition' and (conditions < number or false)
;

-- one_transition
-- duplicate-claim: transitional care is billed once in the thirty days that begin with a discharge; the patient who comes
-- back within them is still in the same transition.
-- reads: asked, discharges, calendar
select a.care_no, d.slot, 'duplicate-claim' as rule, 'no' as verdict,
  'discharge of ' || coalesce(c.iso, 'this month') || ' within thirty days of the one of ' || coalesce(w.iso, 'before')
    as observed,
  'one transition in thirty days' as required
from asked a
join discharges d on d.care_no = a.care_no
left join calendar c on c.day = d.discharge_day
left join calendar w on w.day = d.window_of
where a.rule = 'duplicate-claim' and a.service = 'tcm' and d.window_of is not null
;

-- other_claims_conflict
-- one-biller, duplicate-claim, ccm-or-pcm, home-health-oversight, hospice, esrd-monthly and their kin: what a claim
-- already billed, by this practice or another, does to the care month. The rulebook says which codes do what. The practice's
-- own claim of the month for one slot of the service (the device, the planning work) leaves the other slots to be billed. A
-- claim for the same transition of care (window 'episode') is one of the thirty days before the visit, or one that is dated as
-- a visit after the same discharge is, before or after ours.
-- reads: evidence, discharges, codes_in_force, person_claims, rule_claim_conflicts, rule_code_sets, rule_codes, calendar
with visit_asked as (
  select max(max_days) as days from codes_in_force where basis = 'discharge'
),
transition_claims as (
  select distinct d.care_no, o.code, o.service_day
  from discharges d
  join evidence s on s.care_no = d.care_no
  join person_claims o on o.person_no = s.person_no
  cross join visit_asked v
  where o.service_day > d.discharge_day and o.service_day <= d.discharge_day + v.days
),
judged as (
  select s.care_no, r.rule, r.verdict, min(o.code) as code, min(o.service_day) as day,
    max(case when o.practice_no = s.practice_no then 1 else 0 end) as own,
    case when o.practice_no = s.practice_no and r.window = 'month' then coalesce(k.slot, '') else '' end as slot
  from evidence s
  join person_claims o on o.person_no = s.person_no
  left join transition_claims t on t.care_no = s.care_no and t.code = o.code and t.service_day = o.service_day
  join rule_claim_conflicts r
    on r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
    and r.scope = case when o.practice_no = s.practice_no then 'same_practice' else 'other_practice' end
  join rule_code_sets c
    on c.set_name = r.code_set and c.code = o.code and c.from_day <= o.service_day and c.to_day >= o.service_day
  left join rule_codes k
    on k.service = s.service and k.code = o.code and k.from_day <= o.service_day and k.to_day >= o.service_day
  where (r.window = 'month' and o.service_day >= cast(20513 as bigint) and o.service_day <= cast(20543 as bigint))
    or (r.window = 'episode' and o.service_day >= s.service_day - 29 and o.service_day <= s.service_day)
    or (r.window = 'episode' and t.care_no is not null)
    or (r.window = 'ever' and o.service_day <= s.service_day)
  group by s.care_no, r.rule, r.verdict,
    case when o.practice_no = s.practice_no and r.window = 'month' then coalesce(k.slot, '') else '' end
)
select j.care_no, j.slot, j.rule, j.verdict,
  j.code || case j.own when 1 then ' billed by this practice on ' else ' billed by another practice on ' end
    || coalesce(c.iso, 'an earlier day') as observed,
  'no such claim' as required
from judged j
left join calendar c on c.day = j.day
;

-- person_coverage
-- The coverage a care month is billed to: the first by rank that is in force on the service date, with one of another
-- payer or product that has the same rank that day (`rival`: who is first is not on file); else, to say so, the one that
-- ended last (covered = 0).
-- key: care_no
-- reads: evidence, person_coverage_spans
with ranked as (
  select
    s.care_no, c.payer_id, c.product, c.rank,
    case when c.start_day <= s.service_day and c.end_day >= s.service_day then 1 else 0 end as covered,
    row_number() over (
      partition by s.care_no
      order by
        case when c.start_day <= s.service_day and c.end_day >= s.service_day then 0 else 1 end,
        c.rank,
        c.start_day desc,
        c.payer_id,
        c.product
    ) as place
  from evidence s
  join person_coverage_spans c on c.person_no = s.person_no
),
rivals as (
  select f.care_no, min(o.payer_id || ' (' || o.product || ')') as rival
  from ranked o
  join ranked f on f.care_no = o.care_no and f.rank = o.rank and f.place = 1
  where o.place > 1 and o.covered = 1 and (o.payer_id <> f.payer_id or o.product <> f.product)
  group by f.care_no
)
select f.care_no, f.payer_id, f.product, f.covered, r.rival
from ranked f
left join rivals r on r.care_no = f.care_no
where f.place = 1
;

-- payer_terms
-- What each payer that occurs says of each service on each service date, and of single codes where it says so (code '' =
-- of every other code). The payer's own word goes before that of its kind of coverage; a word on a code before one on
-- its service before one on everything.
-- key: payer_id, product, service, service_day, code
-- reads: asked, person_coverage, rule_payers
with seen as (
  select distinct c.payer_id, c.product, a.service, a.service_day
  from asked a
  join person_coverage c on c.care_no = a.care_no
  where a.rule = 'payer-accepts' and c.covered = 1
),
said as (
  select
    s.payer_id, s.product, s.service, s.service_day, r.code, r.verdict, r.min_conditions,
    case when r.payer_id = '' then 0 else 8 end + case when r.code = '' then 0 else 4 end
      + case when r.service = '' then 0 else 2 end as weight
  from seen s
  join rule_payers r
    on r.product = s.product and (r.payer_id = s.payer_id or r.payer_id = '')
    and (r.service = s.service or r.service = '')
    and r.from_day <= s.service_day and r.to_day >= s.service_day
),
named as (
  select distinct payer_id, product, service, service_day, code from said
),
ranked as (
  select
    n.payer_id, n.product, n.service, n.service_day, n.code, s.verdict, s.min_conditions,
    row_number() over (
      partition by n.payer_id, n.product, n.service, n.service_day, n.code order by s.weight desc
    ) as place
  from named n
  join said s
    on s.payer_id = n.payer_id and s.product = n.product and s.service = n.service and s.service_day = n.service_day
    and (s.code = n.code or s.code = '')
)
select payer_id, product, service, service_day, code, verdict, min_conditions from ranked where place = 1
;

-- payer_accepts
-- payer-accepts: one payer is first on the service date, and that payer pays for this service and for each of its
-- codes, for a person with as many conditions as it asks for. Where a payer speaks of single codes the lines are judged
-- one by one: the slot names the line, ' add-on' and ' under' a service told apart.
-- reads: asked, person_coverage, choices, payer_terms
with covered as (
  select a.care_no, a.service, a.service_day, a.conditions, c.payer_id, c.product, c.covered, c.rival
  from asked a
  left join person_coverage c on c.care_no = a.care_no
  where a.rule = 'payer-accepts'
),
coded as (
  select care_no, base_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end as slot
  from choices
  union all
  select care_no, add_on_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end || ' add-on' as slot
  from choices
  where add_on_units > 0
),
spoken_of as (
  select distinct v.care_no
  from payer_terms t
  join covered v
    on v.payer_id = t.payer_id and v.product = t.product and v.service = t.service and v.service_day = t.service_day
  join coded k on k.care_no = v.care_no and k.code = t.code
  where t.code <> '' and v.covered = 1
),
lines_asked as (
  select v.care_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.rival, v.conditions, k.slot, k.code
  from spoken_of s
  join covered v on v.care_no = s.care_no
  join coded k on k.care_no = s.care_no
  union all
  select v.care_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.rival, v.conditions, '' as slot, '' as code
  from covered v
  where not exists (select 1 from spoken_of s where s.care_no = v.care_no)
),
termed as (
  select q.care_no, q.payer_id, q.product, q.covered, q.rival, q.conditions, q.slot, q.code,
    case when o.verdict is null then g.verdict else o.verdict end as verdict,
    coalesce(o.min_conditions, g.min_conditions, 0) as min_conditions
  from lines_asked q
  left join payer_terms o
    on o.payer_id = q.payer_id and o.product = q.product and o.service = q.service and o.service_day = q.service_day
    and o.code = q.code and o.code <> ''
  left join payer_terms g
    on g.payer_id = q.payer_id and g.product = q.product and g.service = q.service and g.service_day = q.service_day
    and g.code = ''
),
decided as (
  select care_no, payer_id, product, covered, rival, conditions, slot, code, min_conditions,
    case
      when payer_id is null or rival is not null then 'unknown'
      when covered = 0 or verdict = 'no' then 'no'
      when verdict = 'yes' and conditions < min_conditions then 'no'
      else coalesce(verdict, 'unknown')
    end as verdict
  from termed
)
select care_no, slot, 'payer-accepts' as rule, verdict,
  case
    when payer_id is null then 'no coverage on file'
    when covered = 0 then 'coverage by ' || payer_id || ' not in force on the service date'
    when rival is not null then payer_id || ' (' || product || ') and ' || rival || ' have the same rank on the service date'
    else payer_id || ' (' || product || ')' || case when code = '' then '' else ', ' || code end
      || case when conditions < min_conditions then ', ' || cast(conditions as varchar) || ' conditions' else '' end
  end as observed,
  'a payer that covers the person on the service date and pays for the service'
    || case when conditions < min_conditions then ', with ' || cast(min_conditions as varchar) || ' conditions' else '' end
    as required
from decided
where verdict <> 'yes' or false
;

-- priced
-- priced: the fee schedule has an amount for each code on its service date and place.
-- reads: choices
select care_no, slot, 'priced' as rule, 'unknown' as verdict,
  'no amount for ' || base_code || case when add_on_units > 0 and base_cents is not null then ' add-on ' || add_on_code
    else '' end as observed,
  'a fee schedule amount for the place of service' as required
from choices
where amount_cents is null
;

-- remote_monitoring_days
-- remote-monitoring-days: readings on enough days of the month for a device supply code, each kind of device by itself.
-- A device of a kind that no code of the service names can be billed by none: which it is has to be said.
-- reads: asked, device_readings, choices, codes_in_force
with least_needed as (
  select service, slot, device, cast(min(min_days) as bigint) as min_days
  from codes_in_force
  where basis = 'device_days'
  group by service, slot, device
),
days as (
  select care_no, device, max(days) as days
  from device_readings
  group by care_no, device
),
judged as (
  select a.care_no, n.slot, d.days, n.min_days,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from asked a
  join days d on d.care_no = a.care_no
  join least_needed n on n.service = a.service and n.device = d.device
  left join choices h
    on h.care_no = a.care_no and h.slot = n.slot
  where a.rule = 'remote-monitoring-days'
  union all
  select a.care_no, 'device' as slot, d.days, cast(null as bigint) as min_days,
    'unknown' as verdict
  from asked a
  join days d
    on d.care_no = a.care_no and d.device is null
  where a.rule = 'remote-monitoring-days' and exists (select 1 from least_needed n where n.service = a.service)
  union all
  select a.care_no, 'device' as slot, cast(0 as bigint) as days, min(n.min_days) as min_days,
    'no' as verdict
  from asked a
  join least_needed n on n.service = a.service
  where a.rule = 'remote-monitoring-days' and not exists (
    select 1 from days d
    where d.care_no = a.care_no
  )
  group by a.care_no
)
select care_no, slot, 'remote-monitoring-days' as rule, verdict,
  cast(days as varchar) || ' days' || case verdict when 'unknown' then ' of a device of no known kind' else '' end
    as observed,
  case verdict when 'unknown' then 'a device named as one of the kinds that have a code'
    else cast(min_days as varchar) || ' days with a reading' end as required
from judged
where verdict <> 'yes' or false
;

-- rival_practice
-- one-biller and its kin: two practices of these facts could bill one person's month for services of which one practice
-- alone is paid. Nothing says whom the person chose, so each is held until someone has asked.
-- reads: care_months, choices, evidence, practice_months, rule_claim_conflicts, rule_code_sets, rule_requirements
with several as (
  select person_no from care_months group by person_no having min(practice_no) <> max(practice_no)
),
coded as (
  select e.care_no, e.person_no, e.practice_no, e.service, e.consent_in_force, h.service_day, h.base_code
  from several p
  join evidence e on e.person_no = p.person_no
  join choices h on h.care_no = e.care_no
),
rivals as (
  select m.care_no, m.service, m.service_day, o.practice_no as other_no, o.base_code as other_code,
    o.service_day as other_day
  from coded m
  join coded o on o.person_no = m.person_no and o.practice_no <> m.practice_no
  where o.consent_in_force = 1 or not exists (
    select 1 from rule_requirements r
    where r.rule = 'consent-documented' and r.service = o.service and r.from_day <= o.service_day
      and r.to_day >= o.service_day
  )
)
select v.care_no, '' as slot, r.rule, 'unknown' as verdict,
  min(v.other_code || ' is reached by ' || p.practice_id || ' too') as observed, 'one of the two practices' as required
from rivals v
join rule_claim_conflicts r
  on r.service = v.service and r.scope = 'other_practice' and r.from_day <= v.service_day and r.to_day >= v.service_day
join rule_code_sets s
  on s.set_name = r.code_set and s.code = v.other_code and s.from_day <= v.other_day and s.to_day >= v.other_day
join practice_months p on p.practice_no = v.other_no
group by v.care_no, r.rule
;

-- same_day_service
-- duplicate-claim: what the practice has billed or done on that day already pays for this code, and no modifier parts the
-- two. Of the contract's rules this is the one it is a case of: the work is on a claim once.
-- reads: same_day_pairs
select care_no, place as slot, 'duplicate-claim' as rule, 'no' as verdict,
  min(other_code) || ' of the same day includes ' || code as observed, 'no such service on that day' as required
from same_day_pairs
where our_column = 2 and modifier = 0
group by care_no, place, code
;

-- tcm_contact
-- tcm-contact: the patient was reached, or tried, within two business days of discharge.
-- reads: asked, discharges
with judged as (
  select a.care_no, a.number, d.slot, d.business_days_to_contact as days,
    case when d.business_days_to_contact <= a.number then 'yes' else 'no' end as verdict
  from asked a
  join discharges d on d.care_no = a.care_no
  where a.rule = 'tcm-contact' and d.window_of is null
)
select care_no, slot, 'tcm-contact' as rule, verdict,
  case when days is not null then cast(days as varchar) || ' business days' else 'no live contact recorded' end as observed,
  cast(number as varchar) || ' business days' as required
from judged
where verdict <> 'yes' or false
;

-- tcm_visit
-- tcm-visit: a face-to-face visit in time after discharge, with decision making of the level the code asks for.
-- reads: asked, discharges, choices
with judged as (
  select a.care_no, a.number, coalesce(d.slot, '') as slot, d.visit_day - d.discharge_day as days,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from asked a
  left join discharges d on d.care_no = a.care_no
  left join choices h
    on h.care_no = a.care_no and h.slot = d.slot
    and h.under_service = ''
  where a.rule = 'tcm-visit' and d.window_of is null
)
select care_no, slot, 'tcm-visit' as rule, verdict,
  case when days is null then 'no visit after discharge' else 'visit on day ' || cast(days as varchar) end as observed,
  'visit within ' || cast(number as varchar) || ' days (7 if high), at least moderate decision making documented' as required
from judged
where verdict <> 'yes' or false
;

-- threshold_reached
-- threshold-reached: the seconds counted reach a code's first threshold in full; nothing is rounded up.
-- reads: evidence, codes_in_force, choices
with least_needed as (
  select service, slot, min(first_seconds) as first_seconds
  from codes_in_force
  where basis = 'time' and under_service = ''
  group by service, slot
),
judged as (
  select s.care_no, n.slot, s.seconds,
    case when s.mode = 'bundled' then cast(s.bundled_seconds as bigint) else cast(n.first_seconds as bigint) end as needed,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from evidence s
  join least_needed n on n.service = s.service
  left join choices h
    on h.care_no = s.care_no and h.slot = n.slot
    and h.under_service = ''
  where s.mode <> 'not_payable'
)
select care_no, slot, 'threshold-reached' as rule, verdict,
  cast(cast(floor(seconds / 60) as bigint) as varchar) || ' min '
    || cast(seconds - 60 * cast(floor(seconds / 60) as bigint) as varchar) || ' s counted'
    || case when seconds < needed then ', ' || cast(cast(floor((needed - seconds) / 60) as bigint) as varchar)
      || ' min ' || cast(needed - seconds - 60 * cast(floor((needed - seconds) / 60) as bigint) as varchar) || ' s short'
      else '' end as observed,
  cast(cast(floor(needed / 60) as bigint) as varchar) || ' min' as required
from judged
where verdict <> 'yes' or false
;

-- two_conditions
-- two-conditions: chronic conditions expected to last twelve months or until death, each counted once.
-- reads: asked
select care_no, '' as slot, 'two-conditions' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic conditions' as required
from asked
where rule = 'two-conditions' and (conditions < number or false)
;

-- unit_cap
-- unit-cap: time beyond the last payable unit earns nothing more; said so that nobody bills it.
-- reads: choices, evidence, codes_in_force
with judged as (
  select h.care_no, h.slot, h.add_on_code, f.add_on_cap,
    case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end
      - f.step_from_seconds - (f.add_on_cap + 1) * f.step_seconds as over_s
  from choices h
  join evidence s on s.care_no = h.care_no
  join codes_in_force f on f.service = s.service and f.family = h.family and f.base_code = h.base_code
  where h.add_on_units > 0 and h.add_on_units = f.add_on_cap
)
select care_no, slot, 'unit-cap' as rule, 'no' as verdict,
  'more time than ' || cast(add_on_cap as varchar) || ' units of ' || add_on_code as observed,
  'at most ' || cast(add_on_cap as varchar) || ' units a month' as required
from judged
where over_s >= 0
;

-- verdicts
-- reads: add_on_needs_base, alive, apcm_level, care_plan_shared, code_in_force, complex_decision_making, consent_active, consent_documented, consented_instead, documented_minimum, home_health_plan, hospice_election, initiating_visit, initiating_visit_type, lawful_alternative, live_contact, modifier_needed, once_per_start, one_condition, one_transition, other_claims_conflict, payer_accepts, priced, remote_monitoring_days, rival_practice, same_day_service, tcm_contact, tcm_visit, threshold_reached, two_conditions, unit_cap
select care_no, slot, rule, verdict, observed, required from add_on_needs_base
union all
select care_no, slot, rule, verdict, observed, required from alive
union all
select care_no, slot, rule, verdict, observed, required from apcm_level
union all
select care_no, slot, rule, verdict, observed, required from care_plan_shared
union all
select care_no, slot, rule, verdict, observed, required from code_in_force
union all
select care_no, slot, rule, verdict, observed, required from complex_decision_making
union all
select care_no, slot, rule, verdict, observed, required from consent_active
union all
select care_no, slot, rule, verdict, observed, required from consent_documented
union all
select care_no, slot, rule, verdict, observed, required from consented_instead
union all
select care_no, slot, rule, verdict, observed, required from documented_minimum
union all
select care_no, slot, rule, verdict, observed, required from home_health_plan
union all
select care_no, slot, rule, verdict, observed, required from hospice_election
union all
select care_no, slot, rule, verdict, observed, required from initiating_visit
union all
select care_no, slot, rule, verdict, observed, required from initiating_visit_type
union all
select care_no, slot, rule, verdict, observed, required from lawful_alternative
union all
select care_no, slot, rule, verdict, observed, required from live_contact
union all
select care_no, slot, rule, verdict, observed, required from modifier_needed
union all
select care_no, slot, rule, verdict, observed, required from once_per_start
union all
select care_no, slot, rule, verdict, observed, required from one_condition
union all
select care_no, slot, rule, verdict, observed, required from one_transition
union all
select care_no, slot, rule, verdict, observed, required from other_claims_conflict
union all
select care_no, slot, rule, verdict, observed, required from payer_accepts
union all
select care_no, slot, rule, verdict, observed, required from priced
union all
select care_no, slot, rule, verdict, observed, required from remote_monitoring_days
union all
select care_no, slot, rule, verdict, observed, required from rival_practice
union all
select care_no, slot, rule, verdict, observed, required from same_day_service
union all
select care_no, slot, rule, verdict, observed, required from tcm_contact
union all
select care_no, slot, rule, verdict, observed, required from tcm_visit
union all
select care_no, slot, rule, verdict, observed, required from threshold_reached
union all
select care_no, slot, rule, verdict, observed, required from two_conditions
union all
select care_no, slot, rule, verdict, observed, required from unit_cap;

-- blocked
-- Care months (or one slot of them) that may not be billed as they stand.
-- key: none (a rule may be broken twice)
-- reads: verdicts, evidence, rule_requirements
select v.care_no, v.slot, v.rule
from verdicts v
join evidence s on s.care_no = v.care_no
join rule_requirements r
  on r.rule = v.rule and r.service = s.service and r.blocks and r.from_day <= s.service_day and r.to_day >= s.service_day
where v.verdict <> 'yes'
;

-- billable
-- Choices that nothing blocks, without an add-on that something blocks by itself. A code that stands under another service
-- has no threshold of its own, and a payer speaks of it by itself.
-- key: care_no, slot, under_service
-- reads: choices, blocked
with held_slots as (
  select care_no, slot, rule from blocked where slot <> ''
),
open_choices as (
  select
    h.care_no, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code, h.add_on_units, h.service_day,
    h.base_cents, h.add_on_cents,
    h.slot || case when h.under_service = '' then '' else ' under ' || h.under_service end as place
  from choices h
  where not exists (select 1 from blocked b where b.care_no = h.care_no and b.slot = '')
),
held_add_ons as (
  select distinct care_no, slot from held_slots where substr(slot, length(slot) - 6) = ' add-on'
)
select
  h.care_no, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code,
  case when a.care_no is null then h.add_on_units else cast(0 as bigint) end as add_on_units,
  h.service_day, h.base_cents, h.add_on_cents
from open_choices h
left join held_add_ons a on a.care_no = h.care_no and a.slot = h.place || ' add-on'
where not exists (
  select 1 from held_slots b
  where b.care_no = h.care_no
    and (b.slot = h.slot or b.slot = h.place)
    and (h.under_service = '' or b.slot <> h.slot or b.rule not in ('threshold-reached', 'payer-accepts'))
)
;

-- displaced
-- Billable services that give way to another billable service of the same practice and month.
-- key: care_no, rule
-- reads: billable, care_months, services, rule_service_conflicts
with lesser as (
  select b.care_no, c.panel_no, c.service, b.service_day
  from billable b
  join care_months c on c.care_no = b.care_no
  where exists (select 1 from rule_service_conflicts r where r.loser = c.service and r."when" = 'billable')
)
select distinct l.care_no, r.rule, r.winner, r.verdict
from lesser l
join rule_service_conflicts r
  on r.loser = l.service and r."when" = 'billable' and r.from_day <= l.service_day and r.to_day >= l.service_day
join services n on n.service = r.winner
join billable w on w.care_no = l.panel_no + n.service_no
;

-- standing_choices
-- Billable choices that give way to none. Under a billed service (APCM) its add-on takes the place of the stand-alone code
-- of the same slot.
-- key: care_no, slot
-- reads: billable, displaced, care_months, services
with standing as (
  select
    b.care_no, b.slot, b.family, b.performer, b.under_service, b.base_code, b.add_on_code, b.add_on_units, b.service_day,
    b.base_cents, b.add_on_cents
  from billable b
  where not exists (select 1 from displaced d where d.care_no = b.care_no)
),
under as (
  select
    s.care_no, s.slot, s.family, s.performer, s.under_service, s.base_code, s.add_on_code, s.add_on_units, s.service_day,
    s.base_cents, s.add_on_cents
  from standing s
  join care_months c on c.care_no = s.care_no
  join services n on n.service = s.under_service
  where s.under_service <> '' and exists (
    select 1 from standing w where w.care_no = c.panel_no + n.service_no
  )
)
select
  s.care_no, s.slot, s.family, s.performer, s.base_code, s.add_on_code, s.add_on_units, s.service_day, s.base_cents,
  s.add_on_cents
from standing s
where s.under_service = '' and not exists (
  select 1 from under u where u.care_no = s.care_no and u.slot = s.slot
)
union all
select
  u.care_no, u.slot, u.family, u.performer, u.base_code, u.add_on_code, u.add_on_units, u.service_day, u.base_cents,
  u.add_on_cents
from under u
;

-- paired_out
-- Codes of the month that another of its codes includes when both bear one day, and no modifier parts the two: the second
-- of the pair is not billed beside the first. `add_on` = 1: the add-on of its choice, else the base. (An add-on and its own
-- base are no such pair, so that only people with several choices are looked at.)
-- key: care_no, slot, add_on
-- reads: standing_choices, care_months, rule_code_pairs
with placed as (
  select s.care_no, c.panel_no, s.slot, s.base_code, s.add_on_code, s.add_on_units, s.service_day
  from standing_choices s
  join care_months c on c.care_no = s.care_no
),
several as (
  select panel_no from placed group by panel_no having cast(count(1) as bigint) > 1
),
coded as (
  select p.care_no, p.panel_no, p.slot, 0 as add_on, p.base_code as code, p.service_day
  from placed p
  join several s on s.panel_no = p.panel_no
  union all
  select p.care_no, p.panel_no, p.slot, 1 as add_on, p.add_on_code as code, p.service_day
  from placed p
  join several s on s.panel_no = p.panel_no
  where p.add_on_units > 0
)
select s.care_no, s.slot, s.add_on, s.code, min(f.code) as other_code
from coded s
join coded f on f.panel_no = s.panel_no and f.service_day = s.service_day
join rule_code_pairs r
  on r.column1 = f.code and r.column2 = s.code and r.from_day <= s.service_day and r.to_day >= s.service_day
where not r.modifier_allowed
group by s.care_no, s.slot, s.add_on, s.code
;

-- line_choices
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
;

-- coded_units
-- Codes and units: the base of each choice, its add-on, and the bundled code of a clinic once a month with a unit for
-- each distinct service, up to its cap, on the day and at the amount of the last unit billed.
-- key: care_no, code, service_day
-- reads: line_choices, care_months, services, practice_modes, rule_services
with numbered as (
  select
    n.panel_no, c.base_code, c.service_day, c.base_cents, s.precedence, m.month_units,
    row_number() over (partition by n.panel_no, c.base_code order by c.service_day, s.precedence) as place
  from line_choices c
  join care_months n on n.care_no = c.care_no
  join practice_modes m on m.practice_no = n.practice_no and m.service = n.service
  join rule_services s
    on s.service = n.service and s.from_day <= c.service_day and s.to_day >= c.service_day
  where c.family = 'bundled'
),
capped as (
  select
    panel_no, base_code, service_day, base_cents, precedence, place,
    max(place) over (partition by panel_no, base_code) as units
  from numbered
  where place <= month_units
),
bundled as (
  select
    panel_no, base_code as code, cast(max(units) as bigint) as units, max(service_day) as service_day,
    max(case when place = units then base_cents end) as cents, min(precedence) as precedence
  from capped
  group by panel_no, base_code
)
select care_no, base_code as code, cast(1 as bigint) as units, service_day, base_cents as cents
from line_choices
where family <> 'bundled'
union all
select care_no, add_on_code as code, add_on_units as units, service_day, add_on_cents as cents
from line_choices
where family <> 'bundled' and add_on_units > 0
union all
select b.panel_no + n.service_no as care_no, b.code, b.units, b.service_day, b.cents
from bundled b
join rule_services s
  on s.precedence = b.precedence and s.from_day <= b.service_day and s.to_day >= b.service_day
join services n on n.service = s.service
;

-- numbered_diagnoses
-- The diagnosis codes of those who are billed, numbered in the order of the codes.
-- key: person_no, place
-- kept: always (its reader looks it up twelve times)
-- reads: line_choices, care_months, condition_categories, condition_codes
with billed as (
  select distinct m.person_no from line_choices l join care_months m on m.care_no = l.care_no
),
ordered_codes as (
  select diagnosis, row_number() over (order by diagnosis) as diagnosis_no
  from (select distinct diagnosis from condition_codes where diagnosis is not null) d
),
numbered_codes as (
  select k.condition_no, o.diagnosis_no
  from condition_codes k
  join ordered_codes o on o.diagnosis = k.diagnosis
),
named as (
  select distinct c.person_no, k.diagnosis_no
  from billed b
  join condition_categories c on c.person_no = b.person_no
  join numbered_codes k on k.condition_no = c.condition_no
),
placed as (
  select
    person_no, diagnosis_no, cast(row_number() over (partition by person_no order by diagnosis_no) as bigint) as place
  from named
)
select p.person_no, p.place, o.diagnosis
from placed p
join ordered_codes o on o.diagnosis_no = p.diagnosis_no
;

-- diagnoses
-- The conditions managed, as a claim names them: up to twelve diagnosis codes in a fixed order, joined by ';'.
-- key: person_no
-- reads: numbered_diagnoses
select
  d1.person_no,
  d1.diagnosis
    || coalesce(';' || d2.diagnosis, '')
    || coalesce(';' || d3.diagnosis, '')
    || coalesce(';' || d4.diagnosis, '')
    || coalesce(';' || d5.diagnosis, '')
    || coalesce(';' || d6.diagnosis, '')
    || coalesce(';' || d7.diagnosis, '')
    || coalesce(';' || d8.diagnosis, '')
    || coalesce(';' || d9.diagnosis, '')
    || coalesce(';' || d10.diagnosis, '')
    || coalesce(';' || d11.diagnosis, '')
    || coalesce(';' || d12.diagnosis, '') as diagnoses
from numbered_diagnoses d1
left join numbered_diagnoses d2 on d2.person_no = d1.person_no and d2.place = 2
left join numbered_diagnoses d3 on d3.person_no = d1.person_no and d3.place = 3
left join numbered_diagnoses d4 on d4.person_no = d1.person_no and d4.place = 4
left join numbered_diagnoses d5 on d5.person_no = d1.person_no and d5.place = 5
left join numbered_diagnoses d6 on d6.person_no = d1.person_no and d6.place = 6
left join numbered_diagnoses d7 on d7.person_no = d1.person_no and d7.place = 7
left join numbered_diagnoses d8 on d8.person_no = d1.person_no and d8.place = 8
left join numbered_diagnoses d9 on d9.person_no = d1.person_no and d9.place = 9
left join numbered_diagnoses d10 on d10.person_no = d1.person_no and d10.place = 10
left join numbered_diagnoses d11 on d11.person_no = d1.person_no and d11.place = 11
left join numbered_diagnoses d12 on d12.person_no = d1.person_no and d12.place = 12
where d1.place = 1
;

-- line_modifiers
-- Modifier 59 for the second code of a pair that may be unbundled, where the month bills both on one day: their minutes
-- are never the same ones.
-- key: care_no, code, service_day
-- kept: always (few rows, which its reader cannot know: it would put all lines into memory to look them up)
-- reads: coded_units, care_months, rule_code_pairs
with billed as (
  select distinct code from coded_units
),
pairs as (
  select r.column1, r.column2, r.from_day, r.to_day
  from rule_code_pairs r
  join billed a on a.code = r.column1
  join billed b on b.code = r.column2
  where r.modifier_allowed
),
pair_codes as (
  select column1 as code from pairs
  union
  select column2 as code from pairs
),
paired as (
  select u.care_no, m.panel_no, u.code, u.service_day
  from pair_codes r
  join coded_units u on u.code = r.code
  join care_months m on m.care_no = u.care_no
)
select distinct s.care_no, s.code, s.service_day, '59' as modifiers
from pairs r
join paired s on s.code = r.column2 and r.from_day <= s.service_day and r.to_day >= s.service_day
join paired f on f.code = r.column1 and f.panel_no = s.panel_no and f.service_day = s.service_day
;

-- first_practitioners
-- The practitioner of each practice whose id comes first: who renders where nothing in the record says who did.
-- key: practice_no
-- reads: staff
select practice_no, min(staff_no) as staff_no
from staff
where role = 'practitioner'
group by practice_no
;

-- rendering_practitioners
-- Who renders: the practitioner who worked most on the service this month; else the one last seen; else the practice's
-- first by id.
-- key: care_no
-- reads: line_choices, care_months, work, person_visits, staff, first_practitioners
with billed as (
  select distinct l.care_no, c.panel_no, c.practice_no, w.practitioner_no
  from line_choices l
  join care_months c on c.care_no = l.care_no
  left join work w on w.care_no = l.care_no
),
seen as (
  select v.panel_no, v.staff_no,
    row_number() over (partition by v.panel_no order by v.service_day desc, v.staff_no) as place
  from (select distinct panel_no from billed where practitioner_no is null) b
  join person_visits v on v.panel_no = b.panel_no
  join staff s on s.staff_no = v.staff_no and s.role = 'practitioner'
)
select b.care_no, coalesce(b.practitioner_no, s.staff_no, f.staff_no) as staff_no
from billed b
left join seen s on s.panel_no = b.panel_no and s.place = 1
left join first_practitioners f on f.practice_no = b.practice_no
;

-- lines
-- Lines to bill, one a code and day: only what may be billed as it stands.
-- key: person_id, practice_id, service, code, service_day
-- reads: coded_units, care_months, persons, practice_months, staff, rendering_practitioners, person_coverage, diagnoses,
-- line_modifiers
select
  p.person_id,
  m.practice_id,
  '2026-03' as month,
  n.service,
  u.code,
  u.units,
  coalesce(x.modifiers, '') as modifiers,
  u.service_day,
  m.place_of_service,
  s.staff_id,
  c.payer_id,
  coalesce(d.diagnoses, '') as diagnoses,
  u.units * u.cents as amount_cents
from coded_units u
join care_months n on n.care_no = u.care_no
join persons p on p.person_no = n.person_no
join practice_months m on m.practice_no = n.practice_no
left join rendering_practitioners r on r.care_no = u.care_no
left join staff s on s.staff_no = r.staff_no
left join person_coverage c on c.care_no = u.care_no
left join diagnoses d on d.person_no = n.person_no
left join line_modifiers x on x.care_no = u.care_no and x.code = u.code and x.service_day = u.service_day
;

-- requirement_texts
-- What a finding says of its requirement: what to do and by when, where it is written, and since when.
-- key: rule, service, from_day
-- reads: rule_requirements, rule_citations, calendar
select
  r.rule,
  r.service,
  r.from_day,
  r.to_day,
  replace(coalesce(r.remedy, ''), '{by}', '2026-03-31') as remedy,
  case when replace(replace(coalesce(r.remedy, ''), '{observed}', ''), '{required}', '') = coalesce(r.remedy, '')
    then 0 else 1 end as remedy_has_places,
  coalesce(c.source || ', ' || c.place, '') as citation,
  coalesce(r.confidence, '') as confidence,
  k.iso as effective_from,
  coalesce(r.blocks, false) as blocks
from rule_requirements r
left join rule_citations c on c.citation = r.citation
left join calendar k on k.day = r.from_day
;

-- contested_pieces
-- The first contested second of each care month and rule, with the people and staff whose entries claim it.
-- key: care_no, rule_no, entry_person_no, entry_staff_no
-- reads: shared_pieces, single_pieces, staff_clashes, tangled_entries
with ruled as (
  select entry_no, care_no, start_s, set_aside_no
  from shared_pieces
  where set_aside_no in (5, 11) -- one-clock, one-service-per-minute
  union all
  select entry_no, care_no, start_s, set_aside_no
  from single_pieces
  where not person_overlap and set_aside_no = 5 -- one-clock
),
firsts as (
  select care_no, set_aside_no, min(start_s) as start_s
  from ruled
  group by care_no, set_aside_no
),
first_pieces as (
  select r.entry_no, r.care_no, e.panel_no, r.set_aside_no as rule_no, r.start_s
  from ruled r
  join firsts f
    on f.care_no = r.care_no
    and f.set_aside_no = r.set_aside_no and f.start_s = r.start_s
  join tangled_entries e on e.entry_no = r.entry_no
),
claims as (
  select entry_no, care_no, rule_no, start_s from first_pieces
  union
  select c.other_entry_no as entry_no, p.care_no, p.rule_no, p.start_s
  from first_pieces p
  join staff_clashes c on c.entry_no = p.entry_no and c.start_s <= p.start_s and c.end_s > p.start_s
  where p.rule_no = 5 -- one-clock
  union
  select o.entry_no, p.care_no, p.rule_no, p.start_s
  from first_pieces p
  join single_pieces o
    on o.panel_no = p.panel_no and o.start_s = p.start_s
)
select distinct c.care_no, c.rule_no, c.start_s, t.person_no as entry_person_no,
  t.staff_no as entry_staff_no
from claims c
join tangled_entries t on t.entry_no = c.entry_no
;

-- contested_entries
-- The first two entries that contest a minute, by their ids, so that someone can correct one of them.
-- key: care_no, rule_no
-- reads: contested_pieces, persons, staff, time_entries
with named as (
  select c.care_no, c.rule_no, e.time_entry_id
  from contested_pieces c
  join persons p on p.person_no = c.entry_person_no
  join staff s on s.staff_no = c.entry_staff_no
  join time_entries e
    on e.person_id = p.person_id and e.staff_id = s.staff_id and e.started_at <= c.start_s and e.ended_at > c.start_s
)
select care_no, rule_no,
  'entries ' || min(time_entry_id) || ' and ' || max(time_entry_id) as entries
from named
group by care_no, rule_no
having min(time_entry_id) <> max(time_entry_id)
;

-- set_aside_findings
-- Seconds that were set aside, as findings: how much, and which entries contest each other. (Time of a service without any
-- consent is told by consent-documented itself.)
-- key: care_no, rule
-- reads: minute_totals, set_aside_rules, contested_entries
with totals as (
  select care_no, set_aside_no, cast(sum(seconds) as bigint) as seconds
  from minute_totals
  where set_aside_no is not null
  group by care_no, set_aside_no
)
select
  t.care_no,
  r.rule,
  cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
    || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar) || ' s'
    || case when c.entries is null then '' else ', ' || c.entries end as observed
from totals t
join set_aside_rules r on r.rule_no = t.set_aside_no and r.rule <> 'consent-documented'
left join contested_entries c
  on c.care_no = t.care_no and c.rule_no = t.set_aside_no
;

-- findings
-- Findings: every requirement that was not met (with all findings: every one asked), what was seen, what is required,
-- what to do and by when (the month's end, or the day of death within it), and the dated rule behind it.
-- key: person_id, practice_id, service, slot, rule, observed
-- reads: persons, practice_months, verdicts, set_aside_findings, displaced, paired_out, evidence, requirement_texts,
-- calendar
with stated as (
  select care_no, slot, rule, verdict, observed, required from verdicts
  union all
  select care_no, '' as slot, rule, 'no' as verdict, observed, 'time that counts' as required
  from set_aside_findings
  union all
  select care_no, '' as slot, rule, verdict, winner || ' is billed this month' as observed,
    'one of the two services' as required
  from displaced
  union all
  select care_no, slot || case add_on when 1 then ' add-on' else '' end as slot,
    'duplicate-claim' as rule, 'no' as verdict, other_code || ' of the same day includes ' || code as observed,
    'no such service on that day' as required
  from paired_out
)
select
  p.person_id,
  m.practice_id,
  '2026-03' as month,
  s.service,
  f.slot,
  f.rule,
  f.verdict,
  f.observed,
  f.required,
  case
    when f.verdict = 'yes' or r.remedy is null then ''
    when r.remedy_has_places = 0 and d.iso is null then r.remedy
    else replace(replace(replace(r.remedy, '2026-03-31', coalesce(d.iso, '2026-03-31')), '{observed}', f.observed), '{required}', f.required)
  end as remedy,
  coalesce(r.citation, '') as citation,
  coalesce(r.confidence, '') as confidence,
  r.effective_from,
  coalesce(r.blocks, false) as blocks
from stated f
join evidence s on s.care_no = f.care_no
join persons p on p.person_no = s.person_no
join practice_months m on m.practice_no = s.practice_no
left join requirement_texts r
  on r.rule = f.rule and r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
left join calendar d
  on d.day = s.death_day and d.day >= cast(20513 as bigint) and d.day < cast(20543 as bigint)
;

-- minutes
-- The minutes answer: counted seconds by role, and set-aside seconds by role and rule.
-- key: person_id, practice_id, service, role, set_aside_reason
-- reads: minute_totals, set_aside_rules, working_services, persons, practice_months
select
  p.person_id,
  m.practice_id,
  '2026-03' as month,
  w.service,
  case t.role_no when 0 then 'practitioner' when 1 then 'clinical_staff' else 'other' end as role,
  case when t.set_aside_no is null then t.seconds else cast(0 as bigint) end as counted_seconds,
  case when t.set_aside_no is null then cast(0 as bigint) else t.seconds end as set_aside_seconds,
  r.rule as set_aside_reason
from minute_totals t
join working_services w on w.care_no = t.care_no
join persons p on p.person_no = w.person_no
join practice_months m on m.practice_no = w.practice_no
left join set_aside_rules r on r.rule_no = t.set_aside_no
;

-- prospects
-- People of the practice in no care-management service this month who have the conditions for one: what each could be
-- offered, and what the record still lacks for it. Care that the practice billed may stand for the visit before the start.
-- An imported practice without minutes is closed into this list.
-- key: person_id, practice_id, service
-- reads: persons, practice_months, practice_modes, care_months, condition_counts, person_coverage_spans, person_visits,
-- person_claims, plan_states, services, rule_requirements, rule_code_sets, calendar
with offered as (
  select
    service,
    max(case when rule in ('two-conditions', 'one-condition') then number else cast(0 as bigint) end) as conditions,
    max(case when rule = 'initiating-visit' then number end) as months_back,
    max(case when rule = 'initiating-visit' then waived_months else cast(0 as bigint) end) as waived_months,
    max(case when rule = 'care-plan-shared' then 1 else 0 end) as plan_needed
  from rule_requirements
  where from_day <= cast(20543 as bigint) and to_day >= cast(20543 as bigint)
  group by service
  having max(case when rule in ('two-conditions', 'one-condition', 'apcm-level') then 1 else 0 end) = 1
),
open_people as (
  select p.person_no, p.practice_no
  from persons p
  where p.practice_no is not null and (p.death_day is null or p.death_day > cast(20543 as bigint))
    and not exists (
      select 1 from care_months c join offered o on o.service = c.service where c.person_no = p.person_no
    )
),
could as (
  select
    p.person_no, p.practice_no, p.person_no * cast(16777216 as bigint) + p.practice_no * cast(64 as bigint) as panel_no, o.service,
    s.service_no, coalesce(n.conditions, cast(0 as bigint)) as conditions,
    o.plan_needed, o.months_back, o.waived_months
  from open_people p
  join practice_modes m on m.practice_no = p.practice_no and m.mode <> 'not_payable'
  join offered o on o.service = m.service
  join services s on s.service = o.service
  left join condition_counts n on n.person_no = p.person_no
  where coalesce(n.conditions, cast(0 as bigint)) >= o.conditions
),
covered as (
  select c.person_no, max(case when s.product in ('medicare_ffs', 'medicare_advantage') then 1 else 0 end) as medicare
  from (select distinct person_no from could) c
  join person_coverage_spans s on s.person_no = c.person_no and s.start_day <= cast(20543 as bigint) and s.end_day >= cast(20543 as bigint)
  group by c.person_no
),
seen as (
  select c.panel_no, c.service, max(k.month_position) as month_position
  from could c
  join person_visits v on v.panel_no = c.panel_no
  join rule_code_sets q
    on q.set_name = 'initiating_' || c.service and q.code = v.code
    and q.from_day <= v.service_day and q.to_day >= v.service_day
  join calendar k on k.day = v.service_day
  group by c.panel_no, c.service
),
waived as (
  select c.panel_no, c.service, max(k.month_position) as month_position
  from could c
  join person_claims b on b.panel_no = c.panel_no and b.practice_no <> 0 and b.service_day <= cast(20543 as bigint)
  join rule_code_sets q
    on q.set_name = 'continuing_' || c.service and q.code = b.code
    and q.from_day <= b.service_day and q.to_day >= b.service_day
  join calendar k on k.day = b.service_day
  where c.waived_months > 0
  group by c.panel_no, c.service
)
select
  p.person_id,
  m.practice_id,
  '2026-03' as month,
  c.service,
  case when g.person_no is null then 'unknown' when g.medicare = 0 then 'unknown' else 'yes' end as eligible,
  c.conditions,
  'consent-documented'
    || case when (s.month_position is null or s.month_position < e.month_position - 31 * c.months_back)
        and (w.month_position is null or w.month_position < e.month_position - 31 * c.waived_months)
      then ';initiating-visit' else '' end
    || case when c.plan_needed = 1 and coalesce(t.given_and_complete, 0) = 0 then ';care-plan-shared' else '' end
    || case when g.person_no is null or g.medicare = 0 then ';payer-accepts' else '' end as lacks
from could c
join persons p on p.person_no = c.person_no
join practice_months m on m.practice_no = c.practice_no
join calendar e on e.day = cast(20543 as bigint)
left join covered g on g.person_no = c.person_no
left join seen s
  on s.panel_no = c.panel_no and s.service = c.service
left join waived w
  on w.panel_no = c.panel_no and w.service = c.service
left join plan_states t on t.care_no = c.panel_no + c.service_no
;

-- alternatives
-- Every lawful way to code a care month, with its amount, and whether it is billed, chosen or why it was not chosen.
-- key: person_id, practice_id, service, slot, family
-- reads: options, care_months, choices, line_choices, persons, practice_months
select
  p.person_id,
  m.practice_id,
  c.service,
  o.slot,
  o.family,
  o.performer,
  o.base_code,
  o.add_on_code,
  o.add_on_units,
  o.amount_cents,
  case
    when l.family = o.family then 'billed'
    when h.family = o.family and l.base_code is not null then 'gives way to ' || l.base_code
    when h.family = o.family then 'chosen, but held'
    when o.under_service <> '' then 'only where ' || o.under_service || ' is billed'
    when h.performer <> o.performer and (h.performer = 'practitioner' or o.performer = 'practitioner')
      and h.amount_cents >= o.amount_cents then 'lawful, allowed no more than the one chosen'
    when h.performer = 'practitioner' then 'the practitioner worked alone and reached the practitioner code'
    else 'the month is what is documented'
  end as standing
from options o
join care_months c on c.care_no = o.care_no
join persons p on p.person_no = c.person_no
join practice_months m on m.practice_no = c.practice_no
left join choices h
  on h.care_no = o.care_no and h.slot = o.slot
  and h.under_service = o.under_service
left join line_choices l
  on l.care_no = o.care_no and l.slot = o.slot
;

-- workable_months
-- Care months with the last day whose time may still count: of the month, of life, before a stay without end in the month, of
-- consent. Before the month's first day: no time may count any more.
-- key: care_no
-- reads: standings, practice_months, person_stays, consent_states, rule_time
with stays_to_the_end as (
  select s.care_no, min(b.start_day) as start_day
  from standings s
  join rule_time r
    on r.service = s.service and r.rule = 'countable-setting' and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
  join person_stays b
    on b.person_no = s.person_no and b.kind = r.detail and b.start_day <= s.last_day_of_life_or_month
    and (b.end_day is null or b.end_day >= s.last_day_of_life_or_month)
  group by s.care_no
),
consents_that_end as (
  select s.care_no,
    cast(floor((c.ended_at - 1 + case when c.ended_at < m.switch_s then m.offset_before else m.offset_after end) / 86400)
      as bigint) as end_day
  from standings s
  join rule_time r
    on r.service = s.service and r.rule = 'consent-active' and r.from_day <= cast(20543 as bigint) and r.to_day >= cast(20543 as bigint)
  join consent_states c on c.care_no = s.care_no
  join practice_months m on m.practice_no = s.practice_no
  where c.ended_at > m.start_s and c.ended_at < m.end_s
)
select s.care_no, s.panel_no, s.person_no, s.practice_no, s.service, s.mode, s.bundled_code, s.bundled_seconds, s.seconds,
  s.practitioner_seconds, s.conditions, s.decision_level, s.which_month, s.last_day_of_life_or_month as price_day,
  least(s.last_day_of_life_or_month, coalesce(e.start_day - 1, cast(cast(20543 as bigint) as bigint)),
    coalesce(c.end_day, cast(cast(20543 as bigint) as bigint))) as by_day
from standings s
left join stays_to_the_end e on e.care_no = s.care_no
left join consents_that_end c on c.care_no = s.care_no
;

-- nearest_trials
-- What a care month would be coded as after so much more time of a role: tried for the next step of each family, and chosen as
-- `choices` chooses. `code` is what the step is for, and `base_code`, `add_on_code` and the rest what is chosen then.
-- key: care_no, slot, family, code, role
-- reads: workable_months, codes_in_force, services, line_choices, prices
with seen as (
  select w.care_no, w.practice_no, w.seconds, w.practitioner_seconds, w.price_day, f.slot, f.family, f.family_rank,
    f.performer, f.base_code, f.add_on_code, f.first_seconds, f.step_from_seconds, f.add_on_cap,
    greatest(cast(1 as bigint), f.step_seconds) as step_seconds,
    case when f.performer = 'practitioner' then w.practitioner_seconds else w.seconds end as clock
  from workable_months w
  join codes_in_force f on f.service = w.service and f.basis = 'time' and f.under_service = ''
  where w.mode = 'individual' and w.by_day >= cast(20513 as bigint)
    and w.decision_level >= f.decision_level
    and w.conditions >= f.min_conditions and w.conditions <= f.max_conditions
    and (f.first_month = 'any' or f.first_month = w.which_month)
    and not exists (
      select 1
      from codes_in_force u
      join services n on n.service = u.under_service
      join line_choices l on l.care_no = w.panel_no + n.service_no
      where u.service = w.service and u.slot = f.slot and u.under_service <> ''
    )
),
steps as (
  select care_no, slot, family, performer, base_code as code, first_seconds - clock as missing_s
  from seen
  where clock < first_seconds
  union all
  select care_no, slot, family, performer, add_on_code as code,
    step_from_seconds + (cast(floor((clock - step_from_seconds) / step_seconds) as bigint) + 1) * step_seconds - clock
      as missing_s
  from seen
  where add_on_code <> '' and clock >= first_seconds
    and cast(floor((clock - step_from_seconds) / step_seconds) as bigint) < add_on_cap
),
trials as (
  select care_no, slot, family, code, missing_s, 'practitioner' as role, missing_s as practitioner_missing_s from steps
  union all
  select care_no, slot, family, code, missing_s, 'clinical_staff' as role, cast(0 as bigint) as practitioner_missing_s
  from steps
  where performer <> 'practitioner'
),
reached as (
  select t.care_no, t.slot, t.family as step_family, t.code, t.missing_s, t.role, s.practice_no, s.price_day, s.family,
    s.family_rank, s.base_code, s.add_on_code,
    case when s.performer = 'practitioner' then 1 else 0 end as by_practitioner,
    case when s.seconds + t.missing_s = s.practitioner_seconds + t.practitioner_missing_s then 1 else 0 end as alone,
    case when s.add_on_code = '' then cast(0 as bigint)
      else greatest(cast(0 as bigint), least(cast(s.add_on_cap as bigint), cast(floor((s.clock
        + case when s.performer = 'practitioner' then t.practitioner_missing_s else t.missing_s end
        - s.step_from_seconds) / s.step_seconds) as bigint))) end as add_on_units
  from trials t
  join seen s on s.care_no = t.care_no and s.slot = t.slot
  where s.clock + case when s.performer = 'practitioner' then t.practitioner_missing_s else t.missing_s end
    >= s.first_seconds
),
priced as (
  select r.care_no, r.slot, r.step_family, r.code, r.missing_s, r.role, r.practice_no, r.price_day, r.by_practitioner,
    r.alone, r.base_code, r.add_on_code, r.add_on_units,
    case when b.cents is null or (r.add_on_units > 0 and a.cents is null) then null
      else b.cents + r.add_on_units * coalesce(a.cents, cast(0 as bigint)) end as amount_cents,
    row_number() over (
      partition by r.care_no, r.slot, r.step_family, r.code, r.role, r.by_practitioner order by r.family_rank, r.family
    ) as place
  from reached r
  left join prices b
    on b.practice_no = r.practice_no and b.code = r.base_code and b.from_day <= r.price_day and b.to_day >= r.price_day
  left join prices a
    on a.practice_no = r.practice_no and a.code = r.add_on_code and a.from_day <= r.price_day and a.to_day >= r.price_day
),
ranked as (
  select care_no, slot, step_family, code, missing_s, role, base_code, add_on_code, add_on_units, amount_cents,
    row_number() over (
      partition by care_no, slot, step_family, code, role
      order by case when by_practitioner = 1 and alone = 1 then 0 else 1 end,
        coalesce(amount_cents, cast(-1 as bigint)) desc, by_practitioner
    ) as place
  from priced
  where place = 1
)
select care_no, slot, step_family as family, code, missing_s, role, base_code, add_on_code, add_on_units, amount_cents
from ranked
where place = 1
;

-- nearest_changes
-- How much more counted time would alter how a care month is coded: so much by a role, and a base code not reached or one more
-- unit of an add-on is billed. `performer`: whose time does it (practitioner, clinical_staff; staff: either). `in_place_of`:
-- the base code that it drives out, or empty; `amount_cents` and `amount_before` are what is allowed then and now. `by_day`: the
-- last day whose time may count. `held` = 1: something else than time keeps the line from being billed. (Where the practitioner
-- worked alone and the staff's codes are allowed more already, the alternatives say so; more time is not what is missing.)
-- key: person_id, practice_id, service, slot, family, code, performer
-- reads: workable_months, nearest_trials, options, choices, prices, persons, practice_months, practice_modes, line_choices,
-- billable, blocked, services, care_months, person_coverage, payer_terms, rule_service_conflicts
with driven_out as (
  select w.care_no, min(l.base_code) as base_code,
    cast(sum(l.base_cents + l.add_on_units * coalesce(l.add_on_cents, cast(0 as bigint))) as bigint) as cents
  from workable_months w
  join rule_service_conflicts r
    on r.winner = w.service and r."when" = 'billable' and r.from_day <= w.price_day and r.to_day >= w.price_day
  join services n on n.service = r.loser
  join line_choices l on l.care_no = w.panel_no + n.service_no
  group by w.care_no
),
gained as (
  select r.care_no, r.slot, r.family, r.code, r.missing_s, min(r.role) as first_role, max(r.role) as last_role,
    r.base_code, r.amount_cents,
    coalesce(case when h.base_code is null then d.base_code when h.base_code <> r.base_code then h.base_code end, '')
      as in_place_of,
    case when h.base_code is null then d.cents else h.amount_cents end as amount_before
  from nearest_trials r
  left join choices h on h.care_no = r.care_no and h.slot = r.slot and h.under_service = ''
  left join driven_out d on d.care_no = r.care_no
  where (
    (r.code = r.base_code and (h.base_code is null or h.base_code <> r.code))
    or (r.code = r.add_on_code and r.add_on_units > case when h.add_on_code = r.code then h.add_on_units else 0 end)
  )
  and not exists (
    select 1 from options o
    where o.care_no = r.care_no and o.slot = r.slot and o.under_service = '' and h.performer = 'practitioner'
      and o.performer <> 'practitioner' and o.amount_cents > h.amount_cents and r.base_code <> h.base_code
  )
  group by r.care_no, r.slot, r.family, r.code, r.missing_s, r.base_code, r.amount_cents, h.base_code, h.amount_cents,
    d.base_code, d.cents
),
bundles_billed as (
  select c.panel_no, l.base_code, cast(count(1) as bigint) as units
  from line_choices l
  join care_months c on c.care_no = l.care_no
  where l.family = 'bundled'
  group by c.panel_no, l.base_code
),
found as (
  select care_no, slot, family, code, missing_s,
    case when first_role = last_role then first_role else 'staff' end as performer, in_place_of, amount_cents, amount_before
  from gained
  union all
  select w.care_no, 'time' as slot, 'bundled' as family, w.bundled_code as code, w.bundled_seconds - w.seconds as missing_s,
    'staff' as performer, '' as in_place_of, k.cents as amount_cents, cast(null as bigint) as amount_before
  from workable_months w
  join practice_modes d on d.practice_no = w.practice_no and d.service = w.service
  left join bundles_billed b on b.panel_no = w.panel_no and b.base_code = w.bundled_code
  left join prices k
    on k.practice_no = w.practice_no and k.code = w.bundled_code and k.from_day <= w.price_day and k.to_day >= w.price_day
  where w.mode = 'bundled' and w.by_day >= cast(20513 as bigint) and w.seconds < w.bundled_seconds
    and coalesce(b.units, cast(0 as bigint)) < d.month_units
    and not exists (select 1 from driven_out o where o.care_no = w.care_no)
)
select
  p.person_id,
  m.practice_id,
  w.service,
  t.slot,
  t.family,
  t.performer,
  t.code,
  t.missing_s,
  k.cents,
  t.in_place_of,
  t.amount_cents,
  t.amount_before,
  w.by_day,
  case when exists (
      select 1 from blocked b
      where b.care_no = t.care_no and b.rule <> 'threshold-reached'
        and (b.slot = '' or b.slot = t.slot or b.slot = t.slot || ' add-on')
    ) or exists (
      select 1
      from rule_service_conflicts r
      join services n on n.service = r.winner
      join billable b on b.care_no = w.panel_no + n.service_no
      where r.loser = w.service and r."when" = 'billable' and r.from_day <= w.price_day and r.to_day >= w.price_day
    ) or exists (
      select 1
      from person_coverage c
      join payer_terms y on y.payer_id = c.payer_id and y.product = c.product
      where c.care_no = t.care_no and c.covered = 1 and y.service = w.service and y.code = t.code and y.verdict <> 'yes'
    ) then 1 else 0 end as held
from found t
join workable_months w on w.care_no = t.care_no
join persons p on p.person_no = w.person_no
join practice_months m on m.practice_no = w.practice_no
left join prices k
  on k.practice_no = w.practice_no and k.code = t.code and k.from_day <= w.price_day and k.to_day >= w.price_day
;
