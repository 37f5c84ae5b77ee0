-- The instants at which a person's entries must be cut, so that each piece is ruled on as a whole.
-- key: person_id, practice_id, at_s
-- reads: entry_neighbours, staff_clashes, closed_windows
select person_id, practice_id, start_s as at_s from entry_neighbours where person_overlap
union
select person_id, practice_id, end_s as at_s from entry_neighbours where person_overlap
union
select person_id, practice_id, start_s as at_s from staff_clashes
union
select person_id, practice_id, end_s as at_s from staff_clashes
union
select person_id, practice_id, start_s as at_s from closed_windows
union
select person_id, practice_id, end_s as at_s from closed_windows
