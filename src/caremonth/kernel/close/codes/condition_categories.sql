-- Chronic conditions in the month: one row a person and disease. Two codes of one category are one condition; a code in
-- no category is a condition of its own when the record expects it to last twelve months.
-- key: person_no, category
-- reads: conditions, persons, chronic_codes
select
  p.person_no,
  coalesce(k.category, 'code ' || c.code) as category,
  -- the code that says this disease and least else, so that two diseases stand on a claim by two codes where they can
  substr(min(
    cast(coalesce(k.categories, 1) as varchar) || coalesce(k.icd10cm, case when c.code_system = 'icd10cm' then c.code end)
  ), 2) as diagnosis
from conditions c
join persons p on p.person_id = c.person_id
left join chronic_codes k on k.code_system = c.code_system and k.code = c.code
where (c.onset_date is null or c.onset_date <= :last_day)
  and (c.resolved_date is null or c.resolved_date >= :first_day)
  and (c.expected_12_months or (c.expected_12_months is null and k.category is not null))
group by p.person_no, coalesce(k.category, 'code ' || c.code)
