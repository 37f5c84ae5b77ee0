-- Billable services that give way to another billable service of the same practice and month.
-- key: care_no, rule
-- reads: billable, care_months, services, rule_service_conflicts
with lesser as (
  select b.care_no, c.panel_no, c.service, b.service_day
  from billable b
  join care_months c on c.care_no = b.care_no
  where exists (select 1 from rule_service_conflicts r where r.loser = c.service and r."when" = 'billable')
)
select distinct l.care_no, r.rule, r.winner, r.verdict
from lesser l
join rule_service_conflicts r
  on r.loser = l.service and r."when" = 'billable' and r.from_day <= l.service_day and r.to_day >= l.service_day
join services n on n.service = r.winner
join billable w on w.care_no = l.panel_no + n.service_no
