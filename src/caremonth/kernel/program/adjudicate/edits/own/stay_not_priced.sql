-- Yields: lines of stays that have no price: no group is stated, or the program has no rate for it on the day.
-- Key: claim_id, line. Inputs: stay_lines, stay_prices.
select
    stay_lines.claim_id,
    stay_lines.line,
    case
        when stay_lines.method = 'drg' and stay_lines.drg = '' then 'drg-missing'
        else 'stay-without-rate'
    end as finding,
    case
        when stay_lines.method <> 'drg' then 'no rate for a day of revenue code ' || stay_lines.revenue_code
        when stay_lines.drg = '' then 'the claim states no diagnosis related group'
        else 'no rate or weight for the diagnosis related group ' || stay_lines.drg
    end as observed
from stay_lines
join stay_prices on stay_prices.claim_id = stay_lines.claim_id and stay_prices.line = stay_lines.line
where stay_prices.cents is null
