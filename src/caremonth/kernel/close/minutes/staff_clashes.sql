-- One staff member in two charts at once: the part of each entry that another person's entry contests.
-- key: time_entry_id, other_entry_id
-- reads: entry_neighbours
select
  mine.time_entry_id,
  mine.person_id,
  mine.practice_id,
  other.time_entry_id as other_entry_id,
  greatest(mine.start_s, other.start_s) as start_s,
  least(mine.end_s, other.end_s) as end_s
from entry_neighbours mine
join entry_neighbours other
  on other.staff_id = mine.staff_id
  and other.start_s < mine.end_s
  and other.end_s > mine.start_s
where mine.staff_overlap and other.staff_overlap and other.person_id <> mine.person_id
