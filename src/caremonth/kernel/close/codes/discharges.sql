-- Transitions of care of the month: one a thirty days, each in a slot of its own. A transition belongs to the month of its
-- visit; without a visit, to the month in which its fourteen days end. `window_of` is the earlier discharge whose thirty
-- days are still running, where there is one: then nothing is billed for this one.
-- key: person_no, practice_no, discharge_day
-- reads: transitions
with firsts as (
  select person_no, practice_no, min(discharge_day) as day from transitions where earned = 1 group by person_no, practice_no
),
seconds as (
  select t.person_no, t.practice_no, min(t.discharge_day) as day
  from transitions t
  join firsts w on w.person_no = t.person_no and w.practice_no = t.practice_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.person_no, t.practice_no
),
thirds as (
  select t.person_no, t.practice_no, min(t.discharge_day) as day
  from transitions t
  join seconds w on w.person_no = t.person_no and w.practice_no = t.practice_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.person_no, t.practice_no
),
fourths as (
  select t.person_no, t.practice_no, min(t.discharge_day) as day
  from transitions t
  join thirds w on w.person_no = t.person_no and w.practice_no = t.practice_no and t.discharge_day >= w.day + 30
  where t.earned = 1
  group by t.person_no, t.practice_no
),
windows as (
  select person_no, practice_no, day from firsts
  union all
  select person_no, practice_no, day from seconds
  union all
  select person_no, practice_no, day from thirds
  union all
  select person_no, practice_no, day from fourths
),
placed as (
  select t.person_no, t.practice_no, t.discharge_day, t.visit_day, t.tcm_code, t.business_days_to_contact,
    max(case when w.day < t.discharge_day then w.day end) as window_of
  from transitions t
  left join windows w
    on w.person_no = t.person_no and w.practice_no = t.practice_no and w.day <= t.discharge_day
    and w.day > t.discharge_day - 30
  where coalesce(t.visit_day, t.discharge_day + 14) >= :first_day
    and coalesce(t.visit_day, t.discharge_day) <= :last_day
  group by t.person_no, t.practice_no, t.discharge_day, t.visit_day, t.tcm_code, t.business_days_to_contact
),
numbered as (
  select person_no, practice_no, discharge_day, visit_day, tcm_code, business_days_to_contact, window_of,
    row_number() over (partition by person_no, practice_no order by discharge_day) as place
  from placed
)
select person_no, practice_no, discharge_day, visit_day, tcm_code, business_days_to_contact, window_of,
  case place when 1 then 'discharge' else 'discharge ' || cast(place as varchar) end as slot
from numbered
