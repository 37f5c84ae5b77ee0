-- consent-active: consent was not withdrawn before the month began.
-- reads: asked, consent_states
with judged as (
  select a.person_no, a.practice_no, a.service,
    case when s.in_force = 1 then 'yes' else 'no' end as verdict
  from asked a
  join consent_states s
    on s.person_no = a.person_no and s.practice_no = a.practice_no and s.service = a.service and s.given = 1
  where a.rule = 'consent-active'
)
select person_no, practice_no, service, '' as slot, 'consent-active' as rule, verdict,
  case verdict when 'yes' then 'consent in force' else 'consent withdrawn before the month' end as observed,
  'consent in force in the month' as required
from judged
where verdict <> 'yes' or :all_findings
