-- consent-documented: the person agreed to this service, and the record says when.
-- reads: asked
with judged as (
  select care_no, case when consent_given = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'consent-documented'
)
select care_no, '' as slot, 'consent-documented' as rule, verdict,
  case verdict when 'yes' then 'consent on file' else 'no consent on file' end as observed,
  'verbal or written consent, documented' as required
from judged
where verdict <> 'yes' or :all_findings
