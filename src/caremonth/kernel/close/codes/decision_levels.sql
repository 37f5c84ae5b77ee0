-- The highest level of medical decision making documented for the month (1 straightforward … 4 high).
-- key: person_id
-- reads: decision_making
select
  person_id,
  max(case level when 'straightforward' then 1 when 'low' then 2 when 'moderate' then 3 when 'high' then 4 else 0 end)
    as level
from decision_making
where month = :month
group by person_id
