-- Chronic conditions in the month: one row a person and disease. Two codes of one category are one condition; a code in
-- no category is a condition of its own when the record expects it to last twelve months.
-- key: person_id, category
-- reads: conditions, chronic_codes
select
  c.person_id,
  coalesce(k.category, 'code ' || c.code) as category,
  min(coalesce(k.icd10cm, case when c.code_system = 'icd10cm' then c.code end)) as diagnosis,
  min(c.onset_date) as onset_day
from conditions c
left join chronic_codes k on k.code_system = c.code_system and k.code = c.code
where (c.onset_date is null or c.onset_date <= :last_day)
  and (c.resolved_date is null or c.resolved_date >= :first_day)
  and (c.expected_12_months or (c.expected_12_months is null and k.category is not null))
group by c.person_id, coalesce(k.category, 'code ' || c.code)
