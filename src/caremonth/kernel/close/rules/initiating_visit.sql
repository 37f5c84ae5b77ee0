-- initiating-visit: the person was seen, within the months the service looks back, in a visit that may start it.
-- reads: qualifying_visits, calendar
with judged as (
  select care_no, number, qualifying_day, seen_day,
    case when qualifying_day is null then 'no' else 'yes' end as verdict
  from qualifying_visits
)
select j.care_no, '' as slot, 'initiating-visit' as rule, j.verdict,
  case when j.qualifying_day is null and j.seen_day is null then 'no visit on file'
    else 'last visit ' || coalesce(c.iso, 'long ago') end as observed,
  'a qualifying visit in the ' || cast(j.number as varchar) || ' months before the service started, or since' as required
from judged j
left join calendar c on c.day = coalesce(j.qualifying_day, j.seen_day)
where j.verdict <> 'yes' or :all_findings
