-- consent-active: consent was not withdrawn before the month began.
-- reads: asked, consent_states
with judged as (
  select a.person_id, a.practice_id, a.service,
    case when s.in_force = 1 then 'yes' else 'no' end as verdict
  from asked a
  join consent_states s
    on s.person_id = a.person_id and s.practice_id = a.practice_id and s.service = a.service and s.given = 1
  where a.rule = 'consent-active'
)
select person_id, practice_id, service, '' as slot, 'consent-active' as rule, verdict,
  case verdict when 'yes' then 'consent in force' else 'consent withdrawn before the month' end as observed,
  'consent in force in the month' as required
from judged
where verdict <> 'yes' or :all_findings
