-- Yields: lines that need a prior authorization and name none that covers them. Key: claim_id, line.
-- Inputs: lines_to_authorize, authorization_offers.
with covered as (
    select distinct
        claim_id,
        line
    from authorization_offers
)
select
    lines_to_authorize.claim_id,
    lines_to_authorize.line,
    'authorization-absent' as finding,
    case
        when lines_to_authorize.authorization_number = '' then 'the claim names no prior authorization'
        else 'authorization ' || lines_to_authorize.authorization_number || ' does not cover this line'
    end as observed
from lines_to_authorize
left join covered
    on covered.claim_id = lines_to_authorize.claim_id and covered.line = lines_to_authorize.line
where covered.claim_id is null
