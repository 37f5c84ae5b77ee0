-- Chronic conditions in the month: one row a person and category, with the disease it counts as. Two codes of one
-- category are one row; a code in no category, or in one that does not last by itself, is here when the record expects it
-- to last twelve months.
-- key: person_no, category
-- reads: conditions, persons, chronic_codes
with recorded as (
  select
    p.person_no,
    coalesce(k.category, 'code ' || c.code) as category,
    coalesce(k.counts_as, 'code ' || c.code) as counts_as,
    -- the code that says this disease and least else, so that two diseases stand on a claim by two codes where they can
    min(
      cast(coalesce(k.diseases, 1) as varchar) || coalesce(k.icd10cm, case when c.code_system = 'icd10cm' then c.code end)
    ) as ranked_diagnosis
  from conditions c
  join persons p on p.person_id = c.person_id
  left join chronic_codes k on k.code_system = c.code_system and k.code = c.code
  where (c.onset_date is null or c.onset_date <= :last_day)
    and (c.resolved_date is null or c.resolved_date >= :first_day)
    and (c.expected_12_months or (c.expected_12_months is null and k.counts = 1))
  group by p.person_no, coalesce(k.category, 'code ' || c.code), coalesce(k.counts_as, 'code ' || c.code)
)
select person_no, category, counts_as, ranked_diagnosis, substr(ranked_diagnosis, 2) as diagnosis
from recorded
