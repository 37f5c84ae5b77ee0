-- live-contact: at least one live conversation with the patient or caregiver in the month's counted time.
-- reads: asked, choices, work
with judged as (
  select a.person_no, a.practice_no, a.service,
    case when w.live_contact = 1 then 'yes' else 'no' end as verdict
  from asked a
  join choices h
    on h.person_no = a.person_no and h.practice_no = a.practice_no and h.service = a.service and h.slot = 'time'
  left join work w on w.person_no = a.person_no and w.practice_no = a.practice_no and w.service = a.service
  where a.rule = 'live-contact'
)
select person_no, practice_no, service, 'time' as slot, 'live-contact' as rule, verdict,
  case verdict when 'yes' then 'a live contact' else 'no live contact recorded' end as observed,
  'one live two-way contact in the month' as required
from judged
where verdict <> 'yes' or :all_findings
