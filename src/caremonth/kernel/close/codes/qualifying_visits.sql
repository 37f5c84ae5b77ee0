-- The last visit that may start a service, and the last visit of any kind, by person and practice. The rule looks back
-- its number of calendar months from the day the service started (the first consent; without one, the month's end).
-- key: person_id, practice_id, service
-- reads: asked, consent_states, practice_months, visits, people, calendar, rule_code_sets
with starts as (
  select
    a.person_id,
    a.practice_id,
    a.service,
    a.number,
    c.month_position - 31 * a.number as earliest_position
  from asked a
  join practice_months m on m.practice_id = a.practice_id
  left join consent_states s
    on s.person_id = a.person_id and s.practice_id = a.practice_id and s.service = a.service and s.given = 1
  left join calendar c
    on c.day = case when s.given_at is null then cast(:last_day as bigint)
      else cast(floor((s.given_at + m.offset_before) / 86400) as bigint) end
  where a.rule = 'initiating-visit'
),
visited as (
  select
    v.person_id,
    coalesce(v.practice_id, p.practice_id) as practice_id,
    q.set_name,
    max(cast(v.service_date as bigint)) as service_day,
    max(case when q.code is not null then cast(v.service_date as bigint) end) as qualifying_day
  from visits v
  join people p on p.person_id = v.person_id
  left join rule_code_sets q
    on substr(q.set_name, 1, 11) = 'initiating_' and q.code = v.code
    and q.from_day <= v.service_date and q.to_day >= v.service_date
  where v.service_date <= :last_day
  group by v.person_id, coalesce(v.practice_id, p.practice_id), q.set_name
)
select
  s.person_id,
  s.practice_id,
  s.service,
  s.number,
  max(case when v.set_name = 'initiating_' || s.service and c.month_position >= s.earliest_position
    then v.qualifying_day end) as qualifying_day,
  max(case when c.month_position >= s.earliest_position then v.service_day end) as any_day,
  max(v.service_day) as seen_day
from starts s
left join visited v on v.person_id = s.person_id and v.practice_id = s.practice_id
left join calendar c on c.day = v.service_day
group by s.person_id, s.practice_id, s.service, s.number
