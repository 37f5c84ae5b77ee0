-- Care months (or one slot of them) that may not be billed as they stand.
-- key: none (a rule may be broken twice)
-- reads: verdicts, evidence, rule_requirements
select v.care_no, v.slot, v.rule
from verdicts v
join evidence s on s.care_no = v.care_no
join rule_requirements r
  on r.rule = v.rule and r.service = s.service and r.blocks and r.from_day <= s.service_day and r.to_day >= s.service_day
where v.verdict <> 'yes'
