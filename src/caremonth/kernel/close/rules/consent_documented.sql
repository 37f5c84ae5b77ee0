-- consent-documented: the person agreed to this service, and the record says when.
-- reads: asked, consent_states
with judged as (
  select a.person_no, a.practice_no, a.service,
    case when s.given = 1 then 'yes' else 'no' end as verdict
  from asked a
  left join consent_states s
    on s.person_no = a.person_no and s.practice_no = a.practice_no and s.service = a.service
  where a.rule = 'consent-documented'
)
select person_no, practice_no, service, '' as slot, 'consent-documented' as rule, verdict,
  case verdict when 'yes' then 'consent on file' else 'no consent on file' end as observed,
  'verbal or written consent, documented' as required
from judged
where verdict <> 'yes' or :all_findings
