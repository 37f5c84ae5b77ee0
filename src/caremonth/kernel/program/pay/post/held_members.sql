-- Yields: members of whom something would be taken back and of whose rows one could not be read: it may say otherwise,
-- so nothing of theirs moves until it is put right. Key: person.
-- Inputs: taken_from, person_numbers, people_set_aside.
select distinct taken_from.person
from taken_from
join person_numbers on person_numbers.person = taken_from.person
join people_set_aside on people_set_aside.person_id = person_numbers.person_id
