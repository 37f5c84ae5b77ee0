-- The highest level of medical decision making documented for the month (1 straightforward … 4 high).
-- key: person_no
-- reads: decision_making, persons
select
  p.person_no,
  max(case d.level when 'straightforward' then 1 when 'low' then 2 when 'moderate' then 3 when 'high' then 4 else 0 end)
    as level
from decision_making d
join persons p on p.person_id = d.person_id
where d.month = :month
group by p.person_no
