-- payer-accepts: someone covers the person on the service date, and that payer pays for this service.
-- reads: asked, person_coverage, rule_payers
with judged as (
  select a.person_no, a.practice_no, a.service, c.payer_id, c.product,
    max(case
      when c.payer_id is null then '1unknown'
      when c.covered = 0 then '3no'
      when r.verdict = 'no' then '3no'
      when r.verdict = 'unknown' then '1unknown'
      when r.verdict = 'yes' then '0yes'
      else '0' end) as ranked,
    max(c.covered) as covered,
    max(case when r.verdict is not null then 1 else 0 end) as known
  from asked a
  left join person_coverage c
    on c.person_no = a.person_no and c.practice_no = a.practice_no and c.service = a.service
  left join rule_payers r
    on (r.payer_id = c.payer_id or (r.payer_id = '' and r.product = c.product))
    and (r.service = '' or r.service = a.service) and r.code = ''
    and r.from_day <= a.service_day and r.to_day >= a.service_day
  where a.rule = 'payer-accepts'
  group by a.person_no, a.practice_no, a.service, c.payer_id, c.product
),
decided as (
  select person_no, practice_no, service, payer_id, product, covered,
    case when ranked = '3no' then 'no' when ranked = '1unknown' or known = 0 then 'unknown' else 'yes' end as verdict
  from judged
)
select person_no, practice_no, service, '' as slot, 'payer-accepts' as rule, verdict,
  case
    when payer_id is null then 'no coverage on file'
    when covered = 0 then 'coverage by ' || payer_id || ' ended before the service date'
    else payer_id || ' (' || product || ')'
  end as observed,
  'a payer that covers the person on the service date and pays for the service' as required
from decided
where verdict <> 'yes' or :all_findings
