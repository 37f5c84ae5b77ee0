-- alive: a service is billed for a month in which the person lived.
-- reads: asked, calendar
with judged as (
  select a.person_id, a.practice_id, a.service, a.death_date,
    case when a.death_date < :first_day then 'no' else 'yes' end as verdict
  from asked a
  where a.rule = 'alive'
)
select j.person_id, j.practice_id, j.service, '' as slot, 'alive' as rule, j.verdict,
  case when j.death_date is null then 'no death recorded' else 'died ' || coalesce(c.iso, 'before the month') end as observed,
  'alive in the month' as required
from judged j
left join calendar c on c.day = j.death_date
where j.verdict <> 'yes' or :all_findings
