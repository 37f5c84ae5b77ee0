-- payer-accepts: one payer is first on the service date, and that payer pays for this service and for each of its
-- codes, for a person with as many conditions as it asks for. Where a payer speaks of single codes the lines are judged
-- one by one: the slot names the line, ' add-on' and ' under' a service told apart.
-- reads: asked, person_coverage, choices, payer_terms
with covered as (
  select a.care_no, a.service, a.service_day, a.conditions, c.payer_id, c.product, c.covered, c.rival
  from asked a
  left join person_coverage c on c.care_no = a.care_no
  where a.rule = 'payer-accepts'
),
coded as (
  select care_no, base_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end as slot
  from choices
  union all
  select care_no, add_on_code as code,
    slot || case when under_service = '' then '' else ' under ' || under_service end || ' add-on' as slot
  from choices
  where add_on_units > 0
),
spoken_of as (
  select distinct v.care_no
  from payer_terms t
  join covered v
    on v.payer_id = t.payer_id and v.product = t.product and v.service = t.service and v.service_day = t.service_day
  join coded k on k.care_no = v.care_no and k.code = t.code
  where t.code <> '' and v.covered = 1
),
lines_asked as (
  select v.care_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.rival, v.conditions, k.slot, k.code
  from spoken_of s
  join covered v on v.care_no = s.care_no
  join coded k on k.care_no = s.care_no
  union all
  select v.care_no, v.service, v.service_day, v.payer_id, v.product, v.covered, v.rival, v.conditions, '' as slot, '' as code
  from covered v
  where not exists (select 1 from spoken_of s where s.care_no = v.care_no)
),
termed as (
  select q.care_no, q.payer_id, q.product, q.covered, q.rival, q.conditions, q.slot, q.code,
    case when o.verdict is null then g.verdict else o.verdict end as verdict,
    coalesce(o.min_conditions, g.min_conditions, 0) as min_conditions
  from lines_asked q
  left join payer_terms o
    on o.payer_id = q.payer_id and o.product = q.product and o.service = q.service and o.service_day = q.service_day
    and o.code = q.code and o.code <> ''
  left join payer_terms g
    on g.payer_id = q.payer_id and g.product = q.product and g.service = q.service and g.service_day = q.service_day
    and g.code = ''
),
decided as (
  select care_no, payer_id, product, covered, rival, conditions, slot, code, min_conditions,
    case
      when payer_id is null or rival is not null then 'unknown'
      when covered = 0 or verdict = 'no' then 'no'
      when verdict = 'yes' and conditions < min_conditions then 'no'
      else coalesce(verdict, 'unknown')
    end as verdict
  from termed
)
select care_no, slot, 'payer-accepts' as rule, verdict,
  case
    when payer_id is null then 'no coverage on file'
    when covered = 0 then 'coverage by ' || payer_id || ' not in force on the service date'
    when rival is not null then payer_id || ' (' || product || ') and ' || rival || ' have the same rank on the service date'
    else payer_id || ' (' || product || ')' || case when code = '' then '' else ', ' || code end
      || case when conditions < min_conditions then ', ' || cast(conditions as varchar) || ' conditions' else '' end
  end as observed,
  'a payer that covers the person on the service date and pays for the service'
    || case when conditions < min_conditions then ', with ' || cast(min_conditions as varchar) || ' conditions' else '' end
    as required
from decided
where verdict <> 'yes' or :all_findings
