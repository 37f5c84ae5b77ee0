-- Care months with a closed window: only their entries can be cut by one.
-- key: person_no, practice_no, service
-- reads: closed_windows
select distinct person_no, practice_no, service from closed_windows
