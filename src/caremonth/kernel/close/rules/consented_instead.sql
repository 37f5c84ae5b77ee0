-- apcm-instead-of-time: a service that takes another's place for the month wherever the person has consented to it.
-- reads: evidence, rule_service_conflicts, services, consent_states, practice_modes, codes_in_force
with judged as (
  select s.care_no, r.rule, r.verdict, min(r.winner) as winner
  from evidence s
  join rule_service_conflicts r
    on r.loser = s.service and r."when" = 'consented' and r.from_day <= s.service_day and r.to_day >= s.service_day
  join services n on n.service = r.winner
  join consent_states w on w.care_no = s.panel_no + n.service_no and w.in_force = 1
  join practice_modes m on m.practice_no = s.practice_no and m.service = r.winner and m.mode <> 'not_payable'
  where exists (select 1 from codes_in_force f where f.service = r.winner and f.from_day <= s.service_day
    and f.to_day >= s.service_day)
  group by s.care_no, r.rule, r.verdict
)
select care_no, '' as slot, rule, verdict,
  'consented to ' || winner as observed, 'no service in its place this month' as required
from judged
