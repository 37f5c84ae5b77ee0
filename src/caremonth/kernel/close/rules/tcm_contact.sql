-- tcm-contact: the patient was reached, or tried, within two business days of discharge.
-- reads: asked, discharges
with judged as (
  select a.care_no, a.number, d.slot, d.business_days_to_contact as days,
    case when d.business_days_to_contact <= a.number then 'yes' else 'no' end as verdict
  from asked a
  join discharges d on d.care_no = a.care_no
  where a.rule = 'tcm-contact' and d.window_of is null
)
select care_no, slot, 'tcm-contact' as rule, verdict,
  case when days is not null then cast(days as varchar) || ' business days' else 'no live contact recorded' end as observed,
  cast(number as varchar) || ' business days' as required
from judged
where verdict <> 'yes' or :all_findings
