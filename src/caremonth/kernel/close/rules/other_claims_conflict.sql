-- one-biller, duplicate-claim, ccm-or-pcm, home-health-oversight, hospice, esrd-monthly and their kin: what a claim
-- already billed, by this practice or another, does to the care month. The rulebook says which codes do what. The practice's
-- own claim of the month for one slot of the service (the device, the planning work) leaves the other slots to be billed. A
-- claim for the same transition of care (window 'episode') is one of the thirty days before the visit, or one that is dated as
-- a visit after the same discharge is, before or after ours.
-- reads: evidence, discharges, codes_in_force, person_claims, rule_claim_conflicts, rule_code_sets, rule_codes, calendar
with visit_asked as (
  select max(max_days) as days from codes_in_force where basis = 'discharge'
),
transition_claims as (
  select distinct d.care_no, o.code, o.service_day
  from discharges d
  join evidence s on s.care_no = d.care_no
  join person_claims o on o.person_no = s.person_no
  cross join visit_asked v
  where o.service_day > d.discharge_day and o.service_day <= d.discharge_day + v.days
),
judged as (
  select s.care_no, r.rule, r.verdict, min(o.code) as code, min(o.service_day) as day,
    max(case when o.practice_no = s.practice_no then 1 else 0 end) as own,
    case when o.practice_no = s.practice_no and r.window = 'month' then coalesce(k.slot, '') else '' end as slot
  from evidence s
  join person_claims o on o.person_no = s.person_no
  left join transition_claims t on t.care_no = s.care_no and t.code = o.code and t.service_day = o.service_day
  join rule_claim_conflicts r
    on r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
    and r.scope = case when o.practice_no = s.practice_no then 'same_practice' else 'other_practice' end
  join rule_code_sets c
    on c.set_name = r.code_set and c.code = o.code and c.from_day <= o.service_day and c.to_day >= o.service_day
  left join rule_codes k
    on k.service = s.service and k.code = o.code and k.from_day <= o.service_day and k.to_day >= o.service_day
  where (r.window = 'month' and o.service_day >= :first_day and o.service_day <= :last_day)
    or (r.window = 'episode' and o.service_day >= s.service_day - 29 and o.service_day <= s.service_day)
    or (r.window = 'episode' and t.care_no is not null)
    or (r.window = 'ever' and o.service_day <= s.service_day)
  group by s.care_no, r.rule, r.verdict,
    case when o.practice_no = s.practice_no and r.window = 'month' then coalesce(k.slot, '') else '' end
)
select j.care_no, j.slot, j.rule, j.verdict,
  j.code || case j.own when 1 then ' billed by this practice on ' else ' billed by another practice on ' end
    || coalesce(c.iso, 'an earlier day') as observed,
  'no such claim' as required
from judged j
left join calendar c on c.day = j.day
