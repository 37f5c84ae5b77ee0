-- People of the practice in no care-management service this month who have the conditions for one: what each could be
-- offered, and what the record still lacks for it. Care that the practice billed may stand for the visit before the start.
-- An imported practice without minutes is closed into this list.
-- key: person_id, practice_id, service
-- reads: persons, practice_months, practice_modes, care_months, condition_counts, person_coverage_spans, person_visits,
-- person_claims, plan_states, services, rule_requirements, rule_code_sets, calendar
with offered as (
  select
    service,
    max(case when rule in ('two-conditions', 'one-condition') then number else cast(0 as bigint) end) as conditions,
    max(case when rule = 'initiating-visit' then number end) as months_back,
    max(case when rule = 'initiating-visit' then waived_months else cast(0 as bigint) end) as waived_months,
    max(case when rule = 'care-plan-shared' then 1 else 0 end) as plan_needed
  from rule_requirements
  where from_day <= :last_day and to_day >= :last_day
  group by service
  having max(case when rule in ('two-conditions', 'one-condition', 'apcm-level') then 1 else 0 end) = 1
),
open_people as (
  select p.person_no, p.practice_no
  from persons p
  where p.practice_no is not null and (p.death_day is null or p.death_day > :last_day)
    and not exists (
      select 1 from care_months c join offered o on o.service = c.service where c.person_no = p.person_no
    )
),
could as (
  select
    p.person_no, p.practice_no, p.person_no * :person_step + p.practice_no * :practice_step as panel_no, o.service,
    s.service_no, coalesce(n.conditions, cast(0 as bigint)) as conditions,
    o.plan_needed, o.months_back, o.waived_months
  from open_people p
  join practice_modes m on m.practice_no = p.practice_no and m.mode <> 'not_payable'
  join offered o on o.service = m.service
  join services s on s.service = o.service
  left join condition_counts n on n.person_no = p.person_no
  where coalesce(n.conditions, cast(0 as bigint)) >= o.conditions
),
covered as (
  select c.person_no, max(case when s.product in ('medicare_ffs', 'medicare_advantage') then 1 else 0 end) as medicare
  from (select distinct person_no from could) c
  join person_coverage_spans s on s.person_no = c.person_no and s.start_day <= :last_day and s.end_day >= :last_day
  group by c.person_no
),
seen as (
  select c.panel_no, c.service, max(k.month_position) as month_position
  from could c
  join person_visits v on v.panel_no = c.panel_no
  join rule_code_sets q
    on q.set_name = 'initiating_' || c.service and q.code = v.code
    and q.from_day <= v.service_day and q.to_day >= v.service_day
  join calendar k on k.day = v.service_day
  group by c.panel_no, c.service
),
waived as (
  select c.panel_no, c.service, max(k.month_position) as month_position
  from could c
  join person_claims b on b.panel_no = c.panel_no and b.practice_no <> 0 and b.service_day <= :last_day
  join rule_code_sets q
    on q.set_name = 'continuing_' || c.service and q.code = b.code
    and q.from_day <= b.service_day and q.to_day >= b.service_day
  join calendar k on k.day = b.service_day
  where c.waived_months > 0
  group by c.panel_no, c.service
)
select
  p.person_id,
  m.practice_id,
  :month as month,
  c.service,
  case when g.person_no is null then 'unknown' when g.medicare = 0 then 'unknown' else 'yes' end as eligible,
  c.conditions,
  'consent-documented'
    || case when (s.month_position is null or s.month_position < e.month_position - 31 * c.months_back)
        and (w.month_position is null or w.month_position < e.month_position - 31 * c.waived_months)
      then ';initiating-visit' else '' end
    || case when c.plan_needed = 1 and coalesce(t.given_and_complete, 0) = 0 then ';care-plan-shared' else '' end
    || case when g.person_no is null or g.medicare = 0 then ';payer-accepts' else '' end as lacks
from could c
join persons p on p.person_no = c.person_no
join practice_months m on m.practice_no = c.practice_no
join calendar e on e.day = :last_day
left join covered g on g.person_no = c.person_no
left join seen s
  on s.panel_no = c.panel_no and s.service = c.service
left join waived w
  on w.panel_no = c.panel_no and w.service = c.service
left join plan_states t on t.care_no = c.panel_no + c.service_no
