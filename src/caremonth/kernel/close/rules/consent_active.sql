-- consent-active: consent was not withdrawn before the month began.
-- reads: asked
with judged as (
  select care_no, case when consent_in_force = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'consent-active' and consent_given = 1
)
select care_no, '' as slot, 'consent-active' as rule, verdict,
  case verdict when 'yes' then 'consent in force' else 'consent withdrawn before the month' end as observed,
  'consent in force in the month' as required
from judged
where verdict <> 'yes' or :all_findings
