-- care-plan-shared: a complete care plan exists and the person has a copy.
-- reads: asked
with judged as (
  select care_no, plan_given, case when plan_given_and_complete = 1 then 'yes' else 'no' end as verdict
  from asked
  where rule = 'care-plan-shared'
)
select care_no, '' as slot, 'care-plan-shared' as rule, verdict,
  case
    when verdict = 'yes' then 'plan complete and given'
    when plan_given is null then 'no care plan'
    when plan_given = 0 then 'care plan not given to the patient'
    else 'care plan has missing elements'
  end as observed,
  'a complete care plan, a copy given to the patient' as required
from judged
where verdict <> 'yes' or :all_findings
