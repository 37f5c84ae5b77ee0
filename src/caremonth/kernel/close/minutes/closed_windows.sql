-- Spans of time whose seconds a service may not count, whoever worked them: away from consent, in a hospital or
-- Part A nursing stay, after death.
-- key: care_no, rule, start_s
-- reads: consent_gaps, consent_states, rule_time, person_stays, persons, practice_months, working_services
select g.care_no, g.rule, g.start_s, g.end_s
from consent_gaps g
join rule_time r on r.service = g.service and r.rule = g.rule and r.from_day <= :last_day and r.to_day >= :last_day
where g.start_s < :latest_s and g.end_s > :earliest_s
union all
select w.care_no, 'consent-documented' as rule, cast(0 as bigint) as start_s,
  cast(:never_s as bigint) as end_s
from working_services w
join rule_time r
  on r.service = w.service and r.rule = 'consent-before-minutes' and r.from_day <= :last_day and r.to_day >= :last_day
left join consent_states c
  on c.care_no = w.care_no
where c.care_no is null
union all
select
  w.care_no,
  'countable-setting' as rule,
  s.start_day * 86400
    - case when s.start_day * 86400 - m.offset_before < m.switch_s then m.offset_before else m.offset_after end
    as start_s,
  case when s.end_day is null then cast(:never_s as bigint)
    else (s.end_day + 1) * 86400
      - case when (s.end_day + 1) * 86400 - m.offset_before < m.switch_s
        then m.offset_before else m.offset_after end
  end as end_s
from person_stays s
join working_services w on w.person_no = s.person_no
join practice_months m on m.practice_no = w.practice_no
join rule_time r
  on r.service = w.service and r.rule = 'countable-setting' and r.detail = s.kind
  and r.from_day <= :last_day and r.to_day >= :last_day
where s.start_day <= :last_day and (s.end_day is null or s.end_day >= :first_day)
union all
select
  w.care_no,
  'alive' as rule,
  (p.death_day + 1) * 86400
    - case when (p.death_day + 1) * 86400 - m.offset_before < m.switch_s
      then m.offset_before else m.offset_after end as start_s,
  cast(:never_s as bigint) as end_s
from persons p
join working_services w on w.person_no = p.person_no
join practice_months m on m.practice_no = w.practice_no
where p.death_day < :last_day
