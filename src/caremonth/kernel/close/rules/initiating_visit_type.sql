-- initiating-visit-type: a visit in time counts only if it is of a kind that may start the service.
-- reads: qualifying_visits, asked, calendar
with judged as (
  select q.care_no, q.any_day, q.qualifying_day,
    case when q.any_day is not null and q.qualifying_day is null and q.waived_day is null then 'no' else 'yes' end as verdict
  from qualifying_visits q
  join asked a
    on a.care_no = q.care_no
    and a.rule = 'initiating-visit-type'
  where q.any_day is not null
)
select j.care_no, '' as slot, 'initiating-visit-type' as rule, j.verdict,
  'visit of ' || coalesce(c.iso, 'that time') as observed,
  'an evaluation and management visit of level 2 or more, a wellness visit or a transition visit' as required
from judged j
left join calendar c on c.day = coalesce(j.qualifying_day, j.any_day)
where j.verdict <> 'yes' or :all_findings
