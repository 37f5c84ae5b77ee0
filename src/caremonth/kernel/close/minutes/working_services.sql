-- Who had work recorded in the month, by practice and service.
-- key: person_id, practice_id, service
-- reads: entries
select distinct person_id, practice_id, service from entries
