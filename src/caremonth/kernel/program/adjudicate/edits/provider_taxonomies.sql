-- Yields: one taxonomy for each provider number that the program knows.
-- Key: npi. Inputs: providers.
select
    npi,
    min(taxonomy) as taxonomy
from providers
where taxonomy is not null
group by npi
