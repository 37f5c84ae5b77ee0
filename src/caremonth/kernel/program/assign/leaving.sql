-- Yields: providers that take no assignment on the day: sanctioned, or gone by then.
-- Key: pcp. Inputs: pcps, provider_numbers, departures. Parameters: on_day.
select numbers.pcp
from pcps
join provider_numbers as numbers on numbers.pcp_id = pcps.pcp_id
where coalesce(pcps.sanctioned, false)
union
select numbers.pcp
from departures
join provider_numbers as numbers on numbers.pcp_id = departures.pcp_id
where departures.leaves_on < :on_day
