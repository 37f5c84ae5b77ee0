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
where j.verdict <> 'yes' or :all_findings
