-- One staff member in two charts at once: the part of each entry that another person's entry contests.
-- key: entry_no, other_entry_no
-- reads: tangled_entries
select
  mine.entry_no,
  mine.panel_no,
  other.entry_no as other_entry_no,
  greatest(mine.start_s, other.start_s) as start_s,
  least(mine.end_s, other.end_s) as end_s
from tangled_entries mine
join tangled_entries other
  on other.staff_no = mine.staff_no
  and other.start_s < mine.end_s
  and other.end_s > mine.start_s
where mine.staff_overlap and other.staff_overlap and other.person_no <> mine.person_no
