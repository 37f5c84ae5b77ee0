-- Stays of any kind that touch the month or the sixty days before it (a discharge is followed up for thirty days, and its
-- thirty days may keep another one from being followed up).
-- key: none
-- reads: stays, persons
select p.person_no, s.kind, cast(s.start_date as bigint) as start_day, cast(s.end_date as bigint) as end_day
from stays s
join persons p on p.person_id = s.person_id
where s.start_date <= :last_day and (s.end_date is null or s.end_date >= cast(:first_day as bigint) - 60)
