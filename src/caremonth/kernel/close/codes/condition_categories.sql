-- Chronic conditions in the month: one row a person and category, with the code that stands for it. Two codes of one
-- category are one row; a code in no category, or in one that does not last by itself, is here when the record expects it
-- to last twelve months.
-- key: person_no, category_no
-- reads: conditions, persons, condition_codes
select p.person_no, k.category_no, min(k.condition_no) as condition_no
from conditions c
join persons p on p.person_id = c.person_id
join condition_codes k on k.code_system = c.code_system and k.code = c.code
where (c.onset_date is null or c.onset_date <= :last_day)
  and (c.resolved_date is null or c.resolved_date >= :first_day)
  and (c.expected_12_months or (c.expected_12_months is null and k.counts = 1))
group by p.person_no, k.category_no
