-- Findings: every requirement that was not met (with all findings: every one asked), what was seen, what is required,
-- what to do and by when, and the dated rule behind it.
-- key: person_id, practice_id, service, slot, rule, observed
-- reads: persons, practice_months, verdicts, set_aside_findings, displaced, paired_out, service_days, rule_requirements, rule_citations, calendar
with stated as (
  select person_no, practice_no, service, slot, rule, verdict, observed, required from verdicts
  union all
  select person_no, practice_no, service, '' as slot, rule, 'no' as verdict, observed, 'time that counts' as required
  from set_aside_findings
  union all
  select person_no, practice_no, service, '' as slot, rule, verdict, winner || ' is billed this month' as observed,
    'one of the two services' as required
  from displaced
  union all
  select person_no, practice_no, service, slot || case add_on when 1 then ' add-on' else '' end as slot,
    'duplicate-claim' as rule, 'no' as verdict, other_code || ' of the same day includes ' || code as observed,
    'no such service on that day' as required
  from paired_out
)
select
  p.person_id,
  m.practice_id,
  :month as month,
  f.service,
  f.slot,
  f.rule,
  f.verdict,
  f.observed,
  f.required,
  case when f.verdict = 'yes' then ''
    else replace(replace(replace(coalesce(r.remedy, ''), '{observed}', f.observed), '{required}', f.required), '{by}', :by)
  end as remedy,
  coalesce(c.source || ', ' || c.place, '') as citation,
  coalesce(r.confidence, '') as confidence,
  k.iso as effective_from,
  coalesce(r.blocks, false) as blocks
from stated f
join persons p on p.person_no = f.person_no
join practice_months m on m.practice_no = f.practice_no
left join service_days s
  on s.person_no = f.person_no and s.practice_no = f.practice_no and s.service = f.service
left join rule_requirements r
  on r.rule = f.rule and r.service = f.service and r.from_day <= s.service_day and r.to_day >= s.service_day
left join rule_citations c on c.citation = r.citation
left join calendar k on k.day = r.from_day
