-- payer-accepts: someone covers the person on the service date, and that payer pays for this service and for each of its
-- codes, for a person with as many conditions as it asks for. Where a payer speaks of single codes the lines are judged
-- one by one: the slot names the line, ' add-on' and ' under' a service told apart.
-- reads: asked, person_coverage, condition_counts, choices, payer_terms
with covered as (
  select a.person_no, a.practice_no, a.service, a.service_day, c.payer_id, c.product, c.covered,
    coalesce(n.conditions, cast(0 as bigint)) as conditions
  from asked a
  left join person_coverage c
    on c.person_no = a.person_no and c.practice_no = a.practice_no and c.service = a.service
  left join condition_counts n on n.person_no = a.person_no
  where a.rule = 'payer-accepts'
),
coded as (
  select person_no, practice_no, service, base_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end as slot
  from choices
  union all
  select person_no, practice_no, service, add_on_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end || ' add-on' as slot
  from choices
  where add_on_units > 0
),
spoken_of as (
  select distinct v.person_no, v.practice_no, v.service
  from covered v
  join coded k on k.person_no = v.person_no and k.practice_no = v.practice_no and k.service = v.service
  join payer_terms t
    on t.payer_id = v.payer_id and t.product = v.product and t.service = v.service and t.service_day = v.service_day
    and t.code = k.code
  where v.covered = 1 and t.code <> ''
),
by_line as (
  select v.person_no, v.practice_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.conditions, k.slot, k.code
  from spoken_of s
  join covered v on v.person_no = s.person_no and v.practice_no = s.practice_no and v.service = s.service
  join coded k on k.person_no = s.person_no and k.practice_no = s.practice_no and k.service = s.service
),
lines_asked as (
  select person_no, practice_no, service, service_day, payer_id, product, covered, conditions, slot, code from by_line
  union all
  select v.person_no, v.practice_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.conditions, '' as slot,
    '' as code
  from covered v
  where not exists (
    select 1 from by_line b
    where b.person_no = v.person_no and b.practice_no = v.practice_no and b.service = v.service
  )
),
termed as (
  select q.person_no, q.practice_no, q.service, q.payer_id, q.product, q.covered, q.conditions, q.slot, q.code,
    case when o.verdict is null then g.verdict else o.verdict end as verdict,
    coalesce(o.min_conditions, g.min_conditions, 0) as min_conditions
  from lines_asked q
  left join payer_terms o
    on o.payer_id = q.payer_id and o.product = q.product and o.service = q.service and o.service_day = q.service_day
    and o.code = q.code and q.code <> ''
  left join payer_terms g
    on g.payer_id = q.payer_id and g.product = q.product and g.service = q.service and g.service_day = q.service_day
    and g.code = ''
),
decided as (
  select person_no, practice_no, service, payer_id, product, covered, conditions, slot, code, min_conditions,
    case
      when payer_id is null then 'unknown'
      when covered = 0 or verdict = 'no' then 'no'
      when verdict = 'yes' and conditions < min_conditions then 'no'
      else coalesce(verdict, 'unknown')
    end as verdict
  from termed
)
select person_no, practice_no, service, slot, 'payer-accepts' as rule, verdict,
  case
    when payer_id is null then 'no coverage on file'
    when covered = 0 then 'coverage by ' || payer_id || ' not in force on the service date'
    else payer_id || ' (' || product || ')' || case when code = '' then '' else ', ' || code end
      || case when conditions < min_conditions then ', ' || cast(conditions as varchar) || ' conditions' else '' end
  end as observed,
  'a payer that covers the person on the service date and pays for the service'
    || case when conditions < min_conditions then ', with ' || cast(min_conditions as varchar) || ' conditions' else '' end
    as required
from decided
where verdict <> 'yes' or :all_findings
