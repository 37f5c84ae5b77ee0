-- live-contact: at least one live conversation with the patient or caregiver in the month's counted time.
-- reads: asked, choices, work
with judged as (
  select a.person_id, a.practice_id, a.service,
    case when w.live_contact = 1 then 'yes' else 'no' end as verdict
  from asked a
  join choices h
    on h.person_id = a.person_id and h.practice_id = a.practice_id and h.service = a.service and h.slot = 'time'
  left join work w on w.person_id = a.person_id and w.practice_id = a.practice_id and w.service = a.service
  where a.rule = 'live-contact'
)
select person_id, practice_id, service, 'time' as slot, 'live-contact' as rule, verdict,
  case verdict when 'yes' then 'a live contact' else 'no live contact recorded' end as observed,
  'one live two-way contact in the month' as required
from judged
where verdict <> 'yes' or :all_findings
