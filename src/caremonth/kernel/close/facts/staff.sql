-- The team, numbered in the order of their ids.
-- key: staff_no
-- reads: team, practice_months
select
  t.staff_id,
  cast(row_number() over (order by t.staff_id) as bigint) as staff_no,
  m.practice_no,
  t.role,
  coalesce(t.offshore, false) as offshore
from team t
join practice_months m on m.practice_id = t.practice_id
