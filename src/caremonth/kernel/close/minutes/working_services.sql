-- Who had work recorded in the month, by practice and service.
-- key: person_no, practice_no, service
-- reads: entries
select distinct person_no, practice_no, service from entries
