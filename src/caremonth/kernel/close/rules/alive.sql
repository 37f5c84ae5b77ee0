-- alive: a service is billed for a month in which the person lived, and bears no date after the day of death.
-- reads: asked, choices, calendar
with judged as (
  select care_no, '' as slot, death_day, cast(null as bigint) as service_day,
    case when death_day < :first_day then 'no' else 'yes' end as verdict
  from asked
  where rule = 'alive'
  union all
  select a.care_no, h.slot, a.death_day, h.service_day, 'no' as verdict
  from asked a
  join choices h on h.care_no = a.care_no and h.service_day > a.death_day
  where a.rule = 'alive' and a.death_day >= :first_day
)
select j.care_no, j.slot, 'alive' as rule, j.verdict,
  case when j.death_day is null then 'no death recorded' else 'died ' || coalesce(c.iso, 'before the month') end
    || case when j.service_day is null then '' else ', the service is dated ' || coalesce(s.iso, 'later') end as observed,
  'alive in the month' || case when j.service_day is null then '' else ' and on the date of the service' end as required
from judged j
left join calendar c on c.day = j.death_day
left join calendar s on s.day = j.service_day
where j.verdict <> 'yes' or :all_findings
