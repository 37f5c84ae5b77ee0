-- What each service's clock leaves out whoever the person is, and which service a shared minute belongs to.
-- key: service
-- reads: rule_services, rule_time
select
  s.service,
  s.precedence,
  coalesce(max(case when r.rule = 'clinical-staff-only' then 1 end), 0) as leaves_out_non_clinical,
  coalesce(max(case when r.rule = 'onshore' then 1 end), 0) as leaves_out_offshore,
  coalesce(max(case when r.rule = 'not-in-person' then 1 end), 0) as leaves_out_in_person
from rule_services s
left join rule_time r on r.service = s.service and r.from_day <= :last_day and r.to_day >= :last_day
where s.from_day <= :last_day and s.to_day >= :last_day
group by s.service, s.precedence
