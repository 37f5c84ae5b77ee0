-- The instants at which a person's tangled entries must be cut, so that each piece is ruled on as a whole.
-- key: person_no, practice_no, at_s
-- reads: tangled_entries, staff_clashes, closed_windows
select person_no, practice_no, start_s as at_s from tangled_entries where person_overlap
union
select person_no, practice_no, end_s as at_s from tangled_entries where person_overlap
union
select person_no, practice_no, start_s as at_s from staff_clashes
union
select person_no, practice_no, end_s as at_s from staff_clashes
union
select person_no, practice_no, start_s as at_s from closed_windows
union
select person_no, practice_no, end_s as at_s from closed_windows
