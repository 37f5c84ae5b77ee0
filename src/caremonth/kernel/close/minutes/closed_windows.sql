-- Spans of time whose seconds a service may not count, whoever worked them: away from consent, in a hospital or
-- Part A nursing stay, after death.
-- key: person_id, practice_id, service, rule, start_s
-- reads: consent_gaps, consent_states, rule_time, stays, people, practice_months, working_services
select g.person_id, g.practice_id, g.service, g.rule, g.start_s, g.end_s
from consent_gaps g
join rule_time r on r.service = g.service and r.rule = g.rule and r.from_day <= :last_day and r.to_day >= :last_day
where g.start_s < :latest_s and g.end_s > :earliest_s
union all
select w.person_id, w.practice_id, w.service, 'consent-documented' as rule, cast(0 as bigint) as start_s,
  cast(:never_s as bigint) as end_s
from working_services w
join rule_time r
  on r.service = w.service and r.rule = 'consent-before-minutes' and r.from_day <= :last_day and r.to_day >= :last_day
left join consent_states c
  on c.person_id = w.person_id and c.practice_id = w.practice_id and c.service = w.service
where c.person_id is null
union all
select
  w.person_id,
  w.practice_id,
  w.service,
  'countable-setting' as rule,
  cast(s.start_date as bigint) * 86400
    - case when cast(s.start_date as bigint) * 86400 - m.offset_before < m.switch_s then m.offset_before else m.offset_after end
    as start_s,
  case when s.end_date is null then cast(:never_s as bigint)
    else (cast(s.end_date as bigint) + 1) * 86400
      - case when (cast(s.end_date as bigint) + 1) * 86400 - m.offset_before < m.switch_s
        then m.offset_before else m.offset_after end
  end as end_s
from stays s
join working_services w on w.person_id = s.person_id
join practice_months m on m.practice_id = w.practice_id
join rule_time r
  on r.service = w.service and r.rule = 'countable-setting' and r.detail = s.kind
  and r.from_day <= :last_day and r.to_day >= :last_day
where s.start_date <= :last_day and (s.end_date is null or s.end_date >= :first_day)
union all
select
  w.person_id,
  w.practice_id,
  w.service,
  'alive' as rule,
  (cast(p.death_date as bigint) + 1) * 86400
    - case when (cast(p.death_date as bigint) + 1) * 86400 - m.offset_before < m.switch_s
      then m.offset_before else m.offset_after end as start_s,
  cast(:never_s as bigint) as end_s
from people p
join working_services w on w.person_id = p.person_id
join practice_months m on m.practice_id = w.practice_id
where p.death_date < :last_day
