-- Billable services that give way to another billable service of the same practice and month.
-- key: person_no, practice_no, service, rule
-- reads: billable, rule_service_conflicts
select distinct l.person_no, l.practice_no, l.service, r.rule, r.winner, r.verdict
from billable l
join rule_service_conflicts r
  on r.loser = l.service and r."when" = 'billable' and r.from_day <= l.service_day and r.to_day >= l.service_day
join billable w on w.person_no = l.person_no and w.practice_no = l.practice_no and w.service = r.winner
