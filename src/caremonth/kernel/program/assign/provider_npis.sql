-- Yields: the provider that each NPI bills for (of several with one NPI, the first by id).
-- Key: npi. Inputs: pcps, provider_numbers.
select pcps.npi, min(numbers.pcp) as pcp
from pcps
join provider_numbers as numbers on numbers.pcp_id = pcps.pcp_id
where pcps.npi is not null
group by pcps.npi
