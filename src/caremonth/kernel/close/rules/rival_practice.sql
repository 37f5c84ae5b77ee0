-- one-biller and its kin: two practices of these facts could bill one person's month for services of which one practice
-- alone is paid. Nothing says whom the person chose, so each is held until someone has asked.
-- reads: choices, consent_states, practice_months, rule_claim_conflicts, rule_code_sets, rule_requirements
with met as (
  select h.person_no, h.practice_no, h.service, h.service_day, o.practice_no as other_no, o.service as other_service,
    o.base_code as other_code, o.service_day as other_day
  from choices h
  join choices o on o.person_no = h.person_no and o.practice_no <> h.practice_no
),
rivals as (
  select m.person_no, m.practice_no, m.service, m.service_day, m.other_no, m.other_code, m.other_day
  from met m
  left join consent_states c
    on c.person_no = m.person_no and c.practice_no = m.other_no and c.service = m.other_service and c.in_force = 1
  where c.person_no is not null or not exists (
    select 1 from rule_requirements r
    where r.rule = 'consent-documented' and r.service = m.other_service and r.from_day <= m.other_day
      and r.to_day >= m.other_day
  )
)
select v.person_no, v.practice_no, v.service, '' as slot, r.rule, 'unknown' as verdict,
  min(v.other_code || ' is reached by ' || p.practice_id || ' too') as observed, 'one of the two practices' as required
from rivals v
join rule_claim_conflicts r
  on r.service = v.service and r.scope = 'other_practice' and r.from_day <= v.service_day and r.to_day >= v.service_day
join rule_code_sets s
  on s.set_name = r.code_set and s.code = v.other_code and s.from_day <= v.other_day and s.to_day >= v.other_day
join practice_months p on p.practice_no = v.other_no
group by v.person_no, v.practice_no, v.service, r.rule
