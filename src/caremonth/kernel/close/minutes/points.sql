-- The instants at which a person's tangled entries must be cut, so that each piece is ruled on as a whole.
-- key: panel_no, at_s
-- reads: tangled_entries, staff_clashes, closed_windows, working_services
select panel_no, start_s as at_s from tangled_entries where person_overlap
union
select panel_no, end_s as at_s from tangled_entries where person_overlap
union
select panel_no, start_s as at_s from staff_clashes
union
select panel_no, end_s as at_s from staff_clashes
union
select w.panel_no, c.start_s as at_s from closed_windows c join working_services w on w.care_no = c.care_no
union
select w.panel_no, c.end_s as at_s from closed_windows c join working_services w on w.care_no = c.care_no
