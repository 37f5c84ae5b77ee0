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
    on c.day = case when s.given_at is null then cast(:last_day as bigint)
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
