-- tcm-contact: the patient was reached, or tried, within two business days of discharge.
-- reads: asked, discharges
with judged as (
  select a.person_id, a.practice_id, a.service, a.number, d.business_days_to_contact as days, d.tried,
    case when d.business_days_to_contact <= a.number then 'yes' else 'no' end as verdict
  from asked a
  join discharges d on d.person_id = a.person_id and d.practice_id = a.practice_id
  where a.rule = 'tcm-contact'
)
select person_id, practice_id, service, '' as slot, 'tcm-contact' as rule, verdict,
  case when days is not null then cast(days as varchar) || ' business days' else 'no live contact recorded' end as observed,
  cast(number as varchar) || ' business days' as required
from judged
where verdict <> 'yes' or :all_findings
