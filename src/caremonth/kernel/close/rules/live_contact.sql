-- live-contact: at least one live conversation with the patient or caregiver in the month's counted time.
-- reads: asked, choices
with judged as (
  select a.care_no,
    case when a.live_contact = 1 then 'yes' else 'no' end as verdict
  from asked a
  join choices h on h.care_no = a.care_no and h.slot = 'time'
  where a.rule = 'live-contact'
)
select care_no, 'time' as slot, 'live-contact' as rule, verdict,
  case verdict when 'yes' then 'a live contact' else 'no live contact recorded' end as observed,
  'one live two-way contact in the month' as required
from judged
where verdict <> 'yes' or :all_findings
