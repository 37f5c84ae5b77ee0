-- tcm-visit: a face-to-face visit in time after discharge, with decision making of the level the code asks for.
-- reads: asked, discharges, choices
with judged as (
  select a.care_no, a.number, coalesce(d.slot, '') as slot, d.visit_day - d.discharge_day as days,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from asked a
  left join discharges d on d.care_no = a.care_no
  left join choices h
    on h.care_no = a.care_no and h.slot = d.slot
    and h.under_service = ''
  where a.rule = 'tcm-visit' and d.window_of is null
)
select care_no, slot, 'tcm-visit' as rule, verdict,
  case when days is null then 'no visit after discharge' else 'visit on day ' || cast(days as varchar) end as observed,
  'visit within ' || cast(number as varchar) || ' days (7 if high), at least moderate decision making documented' as required
from judged
where verdict <> 'yes' or :all_findings
