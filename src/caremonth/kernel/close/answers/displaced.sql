-- Billable services that give way to another billable service of the same practice and month.
-- key: care_no, rule
-- reads: billable, care_months, services, rule_service_conflicts
select distinct l.care_no, r.rule, r.winner, r.verdict
from rule_service_conflicts r
join services n on n.service = r.winner
join care_months c on c.service = r.loser
join billable l on l.care_no = c.care_no and r.from_day <= l.service_day and r.to_day >= l.service_day
join billable w on w.care_no = c.panel_no + n.service_no
where r."when" = 'billable'
