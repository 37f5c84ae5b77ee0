-- Yields: for measures counted by member-months, each person's events and months. Key: measure, person_id.
-- Inputs: member_months_asked, counted_events.
select
    asked.measure,
    asked.person_id,
    asked.age,
    cast(coalesce(counted.times, 0) as bigint) as numerator,
    asked.member_months as denominator
from member_months_asked as asked
left join counted_events as counted on counted.measure = asked.measure and counted.person_id = asked.person_id
