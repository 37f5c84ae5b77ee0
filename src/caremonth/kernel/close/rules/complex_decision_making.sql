-- complex-decision-making: an hour of work is complex care management only if moderate or high decision making is
-- documented. Without it the month is billed as plain care management, and this says what would change that.
-- reads: asked, standings, decision_levels, codes_in_force
with complex_codes as (
  select service, min(first_seconds) as first_seconds, min(decision_level) as level
  from codes_in_force where decision_level > 0 and basis = 'time' group by service
),
judged as (
  select s.person_no, s.practice_no, s.service, d.level,
    case when s.decision_level >= k.level then 'yes' when d.level is null then 'unknown' else 'no' end as verdict
  from standings s
  join asked a
    on a.person_no = s.person_no and a.practice_no = s.practice_no and a.service = s.service
    and a.rule = 'complex-decision-making'
  join complex_codes k on k.service = s.service
  left join decision_levels d on d.person_no = s.person_no
  where s.seconds >= k.first_seconds and s.mode = 'individual'
)
select person_no, practice_no, service, '' as slot, 'complex-decision-making' as rule, verdict,
  case coalesce(level, 0) when 0 then 'not documented' when 1 then 'straightforward' when 2 then 'low'
    when 3 then 'moderate' else 'high' end as observed,
  'moderate or high' as required
from judged
where verdict <> 'yes' or :all_findings
