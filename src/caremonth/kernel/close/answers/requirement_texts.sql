-- What a finding says of its requirement: what to do and by when, where it is written, and since when.
-- key: rule, service, from_day
-- reads: rule_requirements, rule_citations, calendar
select
  r.rule,
  r.service,
  r.from_day,
  r.to_day,
  replace(coalesce(r.remedy, ''), '{by}', :by) as remedy,
  case when replace(replace(coalesce(r.remedy, ''), '{observed}', ''), '{required}', '') = coalesce(r.remedy, '')
    then 0 else 1 end as remedy_has_places,
  coalesce(c.source || ', ' || c.place, '') as citation,
  coalesce(r.confidence, '') as confidence,
  k.iso as effective_from,
  coalesce(r.blocks, false) as blocks
from rule_requirements r
left join rule_citations c on c.citation = r.citation
left join calendar k on k.day = r.from_day
