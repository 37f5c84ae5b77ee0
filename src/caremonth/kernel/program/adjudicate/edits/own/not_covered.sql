-- Yields: lines whose code the program does not price on the date of service, and lines priced at nothing.
-- Key: claim_id, line. Inputs: asked_lines, line_fees, stay_prices.
select
    asked_lines.claim_id,
    asked_lines.line,
    case when line_fees.fee_cents is null then 'not-covered' else 'not-paid-separately' end as finding,
    case
        when line_fees.whole_line then 'within the rate of the day or of the stay'
        when line_fees.fee_cents is null then 'no fee for ' || asked_lines.code || ' is in force on the date of service'
        else 'the fee for ' || asked_lines.code || ' is nothing: it is part of another service'
    end as observed
from asked_lines
left join line_fees on line_fees.claim_id = asked_lines.claim_id and line_fees.line = asked_lines.line
left join stay_prices on stay_prices.claim_id = asked_lines.claim_id and stay_prices.line = asked_lines.line
where (line_fees.fee_cents is null and stay_prices.claim_id is null)
    or line_fees.fee_cents = 0
