-- People, numbered in the order of their ids, with the number of the practice they belong to.
-- key: person_no
-- reads: people, practice_months
select
  p.person_id,
  cast(row_number() over (order by p.person_id) as bigint) as person_no,
  m.practice_no,
  cast(p.death_date as bigint) as death_day
from people p
left join practice_months m on m.practice_id = p.practice_id
