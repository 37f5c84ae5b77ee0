-- Yields: the referring providers' numbers on claims. Key: npi. Inputs: claims.
select distinct
    referring_npi as npi
from claims
where referring_npi is not null
