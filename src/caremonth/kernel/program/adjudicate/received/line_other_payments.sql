-- Yields: what other payers paid for a line: as they said line by line, else the claim's amount divided by charge.
-- Key: line_row. Inputs: numbered_lines, x12_line_payments, x12_other_payers.
with by_line as (
    select
        line_row,
        cast(sum(paid_cents) as bigint) as paid_cents
    from x12_line_payments
    where paid_cents is not null
    group by line_row
),
told_by_line as (
    select distinct
        lines.claim_row
    from by_line
    join numbered_lines as lines on lines.line_row = by_line.line_row
),
by_claim as (
    select
        payers.claim_row,
        cast(sum(payers.paid_cents) as bigint) as paid_cents
    from x12_other_payers as payers
    left join told_by_line on told_by_line.claim_row = payers.claim_row
    where payers.paid_cents is not null
        and told_by_line.claim_row is null
    group by payers.claim_row
),
totals as (
    select
        claim_row,
        cast(sum(charge_cents) as bigint) as charge_cents
    from numbered_lines
    group by claim_row
),
guessed as (
    select
        lines.line_row,
        lines.claim_row,
        lines.line,
        by_claim.paid_cents as claim_paid_cents,
        by_claim.paid_cents * lines.charge_cents as product,
        totals.charge_cents,
        case
            when totals.charge_cents = 0 then 0
            else cast(floor(by_claim.paid_cents * lines.charge_cents / totals.charge_cents) as bigint)
        end as guess_cents
    from numbered_lines as lines
    join by_claim on by_claim.claim_row = lines.claim_row
    join totals on totals.claim_row = lines.claim_row
),
-- Engines divide in floating point, which past 2^53 can be off by one: what is left over, in whole numbers, says so.
divided as (
    select
        line_row,
        claim_row,
        line,
        claim_paid_cents,
        guess_cents + case
            when charge_cents <= 0 then 0
            when product - guess_cents * charge_cents < 0 then -1
            when product - guess_cents * charge_cents >= charge_cents then 1
            else 0
        end as part_cents
    from guessed
),
given_out as (
    select
        claim_row,
        cast(sum(part_cents) as bigint) as cents
    from divided
    group by claim_row
)
select
    divided.line_row,
    divided.part_cents
    + case when divided.line = 1 then divided.claim_paid_cents - given_out.cents else 0 end as paid_cents
from divided
join given_out on given_out.claim_row = divided.claim_row
union all
select
    by_line.line_row,
    by_line.paid_cents
from by_line
