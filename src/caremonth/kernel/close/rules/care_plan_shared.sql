-- care-plan-shared: a complete care plan exists and the person has a copy.
-- reads: asked, plan_states
with judged as (
  select a.person_no, a.practice_no, a.service, s.given, s.complete,
    case when s.given_and_complete = 1 then 'yes' else 'no' end as verdict
  from asked a
  left join plan_states s on s.person_no = a.person_no and s.practice_no = a.practice_no and s.service = a.service
  where a.rule = 'care-plan-shared'
)
select person_no, practice_no, service, '' as slot, 'care-plan-shared' as rule, verdict,
  case
    when verdict = 'yes' then 'plan complete and given'
    when given is null then 'no care plan'
    when given = 0 then 'care plan not given to the patient'
    else 'care plan has missing elements'
  end as observed,
  'a complete care plan, a copy given to the patient' as required
from judged
where verdict <> 'yes' or :all_findings
