-- complex-decision-making: an hour of work is complex care management only if moderate or high decision making is
-- documented. Without it the month is billed as plain care management, and this says what would change that.
-- reads: asked, codes_in_force
with complex_codes as (
  select service, min(first_seconds) as first_seconds, min(decision_level) as level
  from codes_in_force where decision_level > 0 and basis = 'time' group by service
),
judged as (
  select a.care_no, a.documented_level,
    case when a.documented_level >= k.level then 'yes' when a.documented_level is null then 'unknown' else 'no' end
      as verdict
  from asked a
  join complex_codes k on k.service = a.service
  where a.rule = 'complex-decision-making' and a.seconds >= k.first_seconds and a.mode = 'individual'
)
select care_no, '' as slot, 'complex-decision-making' as rule, verdict,
  case coalesce(documented_level, 0) when 0 then 'not documented' when 1 then 'straightforward' when 2 then 'low'
    when 3 then 'moderate' else 'high' end as observed,
  'moderate or high' as required
from judged
where verdict <> 'yes' or :all_findings
