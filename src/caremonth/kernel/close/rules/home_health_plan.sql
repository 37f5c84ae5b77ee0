-- home-health-oversight: community health integration beside a home health plan of care is held until someone has looked
-- at whose work it is. The rulebook says of which services this is asked, and that no primary text was seen.
-- reads: asked, person_stays, calendar
with judged as (
  select a.care_no, min(s.start_day) as plan_day
  from asked a
  join person_stays s
    on s.person_no = a.person_no and s.kind = 'home_health' and s.start_day <= :last_day
    and (s.end_day is null or s.end_day >= :first_day)
  where a.rule = 'home-health-oversight' and a.number = 1
  group by a.care_no
)
select j.care_no, '' as slot, 'home-health-oversight' as rule, 'unknown' as verdict,
  'home health plan since ' || coalesce(c.iso, 'earlier') as observed,
  'a review of what the home health plan covers' as required
from judged j
left join calendar c on c.day = j.plan_day
