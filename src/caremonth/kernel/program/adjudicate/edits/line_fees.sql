-- Yields: the fee of each line's code on its date: a fee for one of its modifiers before the plain one. Cents for one
-- unit; for the whole line (whole_line) where a stay is priced as a whole.
-- Key: claim_id, line (lines without a fee in force are absent).
-- Inputs: asked_lines, fee_schedule, stay_lines, stay_prices; parameter program.
with matched as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        fees.amount_cents,
        row_number() over (
            partition by asked_lines.claim_id, asked_lines.line
            order by
                case when coalesce(fees.modifier, '') = '' then 1 else 0 end asc,
                case when fees.program is null then 1 else 0 end asc,
                fees.amount_cents asc,
                fees.modifier asc nulls last
        ) as choice
    from asked_lines
    join fee_schedule as fees
        on fees.code = asked_lines.code
        and fees.start_date <= asked_lines.service_date
        and coalesce(fees.end_date, 2932896) >= asked_lines.service_date
    where coalesce(fees.program, :program) = :program
        and (
            coalesce(fees.modifier, '') = ''
            or (';' || asked_lines.modifiers || ';') like '%;' || fees.modifier || ';%'
        )
)
select
    matched.claim_id,
    matched.line,
    matched.amount_cents as fee_cents,
    false as whole_line
from matched
left join stay_lines on stay_lines.claim_id = matched.claim_id and stay_lines.line = matched.line
where matched.choice = 1
    and stay_lines.claim_id is null
union all
select
    claim_id,
    line,
    cents as fee_cents,
    true as whole_line
from stay_prices
where cents is not null
