-- Yields: why a line is paid less than its charge: group and reason codes with cents, none of them zero. A line's
-- charge less its adjustments is what it is paid. Lines that are pended have none.
-- Key: claim_id, line, group_code, reason. Inputs: line_verdicts, line_amounts, asked_lines, program_edits.
with every_one as (
    select
        line_verdicts.claim_id,
        line_verdicts.line,
        line_verdicts.group_code,
        line_verdicts.reason,
        asked_lines.charge_cents as amount_cents
    from line_verdicts
    join asked_lines on asked_lines.claim_id = line_verdicts.claim_id and asked_lines.line = line_verdicts.line
    where line_verdicts.verdict = 'denied'
    union all
    select
        line_amounts.claim_id,
        line_amounts.line,
        edits.group_code,
        edits.reason,
        case edits.finding
            when 'over-limit' then line_amounts.over_limit_cents
            when 'referral-used-up' then line_amounts.over_referral_cents
            when 'above-fee' then line_amounts.above_fee_cents
            when 'paid-by-other-payer' then line_amounts.other_payer_cents
            when 'copay' then line_amounts.patient_cents
        end as amount_cents
    from line_amounts
    join program_edits as edits
        on edits.finding in ('over-limit', 'referral-used-up', 'above-fee', 'paid-by-other-payer', 'copay')
    join line_verdicts
        on line_verdicts.claim_id = line_amounts.claim_id
        and line_verdicts.line = line_amounts.line
        and line_verdicts.verdict = 'paid'
)
select
    claim_id,
    line,
    group_code,
    reason,
    cast(sum(amount_cents) as bigint) as amount_cents
from every_one
where amount_cents <> 0
group by claim_id, line, group_code, reason
