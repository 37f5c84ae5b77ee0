-- alive: a service is billed for a month in which the person lived.
-- reads: asked, calendar
with judged as (
  select care_no, death_day, case when death_day < :first_day then 'no' else 'yes' end as verdict
  from asked
  where rule = 'alive'
)
select j.care_no, '' as slot, 'alive' as rule, j.verdict,
  case when j.death_day is null then 'no death recorded' else 'died ' || coalesce(c.iso, 'before the month') end as observed,
  'alive in the month' as required
from judged j
left join calendar c on c.day = j.death_day
where j.verdict <> 'yes' or :all_findings
