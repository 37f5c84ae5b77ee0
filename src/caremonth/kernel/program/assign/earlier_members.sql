-- Yields: the last day on which each person of the pool was a member before the present membership.
-- Key: person. Inputs: pool, member_days.
select pool.person, max(member_days.to_day) as to_day
from pool
join member_days on member_days.person = pool.person
where member_days.to_day < pool.member_since - 1
group by pool.person
