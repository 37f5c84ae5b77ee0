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
  where coalesce(t.visit_day, t.discharge_day + 14) >= :first_day
    and coalesce(t.visit_day, t.discharge_day) <= :last_day
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
