-- one-biller and its kin: two practices of these facts could bill one person's month for services of which one practice
-- alone is paid. Nothing says whom the person chose, so each is held until someone has asked.
-- reads: care_months, choices, evidence, practice_months, rule_claim_conflicts, rule_code_sets, rule_requirements
with several as (
  select person_no from care_months group by person_no having min(practice_no) <> max(practice_no)
),
coded as (
  select e.care_no, e.person_no, e.practice_no, e.service, e.consent_in_force, h.service_day, h.base_code
  from several p
  join evidence e on e.person_no = p.person_no
  join choices h on h.care_no = e.care_no
),
rivals as (
  select m.care_no, m.service, m.service_day, o.practice_no as other_no, o.base_code as other_code,
    o.service_day as other_day
  from coded m
  join coded o on o.person_no = m.person_no and o.practice_no <> m.practice_no
  where o.consent_in_force = 1 or not exists (
    select 1 from rule_requirements r
    where r.rule = 'consent-documented' and r.service = o.service and r.from_day <= o.service_day
      and r.to_day >= o.service_day
  )
)
select v.care_no, '' as slot, r.rule, 'unknown' as verdict,
  min(v.other_code || ' is reached by ' || p.practice_id || ' too') as observed, 'one of the two practices' as required
from rivals v
join rule_claim_conflicts r
  on r.service = v.service and r.scope = 'other_practice' and r.from_day <= v.service_day and r.to_day >= v.service_day
join rule_code_sets s
  on s.set_name = r.code_set and s.code = v.other_code and s.from_day <= v.other_day and s.to_day >= v.other_day
join practice_months p on p.practice_no = v.other_no
group by v.care_no, r.rule
