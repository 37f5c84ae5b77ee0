-- Yields: days with an emergency visit that did not end in a hospital stay on that day or the next.
-- Key: person_id, day. Inputs: events, stays.
select
    events.person_id,
    events.day
from events
left join stays
    on stays.person_id = events.person_id
    and stays.admitted >= events.day
    and stays.admitted <= events.day + 1
where events.value_set = 'emergency_visit'
    and stays.person_id is null
group by events.person_id, events.day
