-- Care months (or one slot of them) that may not be billed as they stand.
-- key: person_no, practice_no, service, slot, rule
-- reads: verdicts, service_days, rule_requirements
select distinct v.person_no, v.practice_no, v.service, v.slot, v.rule
from verdicts v
join service_days s on s.person_no = v.person_no and s.practice_no = v.practice_no and s.service = v.service
join rule_requirements r
  on r.rule = v.rule and r.service = v.service and r.blocks and r.from_day <= s.service_day and r.to_day >= s.service_day
where v.verdict <> 'yes'
