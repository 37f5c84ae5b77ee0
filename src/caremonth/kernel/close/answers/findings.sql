-- Findings: every requirement that was not met (with all findings: every one asked), what was seen, what is required,
-- what to do and by when (the month's end, or the day of death within it), and the dated rule behind it.
-- key: person_id, practice_id, service, slot, rule, observed
-- reads: persons, practice_months, verdicts, set_aside_findings, displaced, paired_out, evidence, requirement_texts,
-- calendar
with stated as (
  select care_no, slot, rule, verdict, observed, required from verdicts
  union all
  select care_no, '' as slot, rule, 'no' as verdict, observed, 'time that counts' as required
  from set_aside_findings
  union all
  select care_no, '' as slot, rule, verdict, winner || ' is billed this month' as observed,
    'one of the two services' as required
  from displaced
  union all
  select care_no, slot || case add_on when 1 then ' add-on' else '' end as slot,
    'duplicate-claim' as rule, 'no' as verdict, other_code || ' of the same day includes ' || code as observed,
    'no such service on that day' as required
  from paired_out
)
select
  p.person_id,
  m.practice_id,
  :month as month,
  s.service,
  f.slot,
  f.rule,
  f.verdict,
  f.observed,
  f.required,
  case
    when f.verdict = 'yes' or r.remedy is null then ''
    when r.remedy_has_places = 0 and d.iso is null then r.remedy
    else replace(replace(replace(r.remedy, :by, coalesce(d.iso, :by)), '{observed}', f.observed), '{required}', f.required)
  end as remedy,
  coalesce(r.citation, '') as citation,
  coalesce(r.confidence, '') as confidence,
  r.effective_from,
  coalesce(r.blocks, false) as blocks
from stated f
join evidence s on s.care_no = f.care_no
join persons p on p.person_no = s.person_no
join practice_months m on m.practice_no = s.practice_no
left join requirement_texts r
  on r.rule = f.rule and r.service = s.service and r.from_day <= s.service_day and r.to_day >= s.service_day
left join calendar d
  on d.day = s.death_day and d.day >= :first_day and d.day < :last_day
