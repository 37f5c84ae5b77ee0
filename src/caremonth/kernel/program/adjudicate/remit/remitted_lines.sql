-- Yields: each line that a run sends, as a remittance shows it. Money of a reversal is negative; what was allowed, units
-- paid and remarks are told of what stands now alone. sign is -1 for a reversal.
-- Key: line_row. Inputs: remitted_claims, remittance_deltas, claim_lines, adjudicated_lines.
select
    sent.payment_row,
    sent.claim_row,
    row_number() over (order by sent.claim_row asc, deltas.line asc) - 1 as line_row,
    case when asked.revenue_code is not null and asked.code = asked.revenue_code then 'NU' else 'HC' end as qualifier,
    asked.code,
    coalesce(asked.modifiers, '') as modifiers,
    case
        when asked.revenue_code is not null and asked.code <> asked.revenue_code then asked.revenue_code
    end as revenue_code,
    deltas.charge_cents,
    deltas.paid_cents,
    case
        when sent.action <> 'reversal' and deltas.verdict = 'paid' then cast(judged.allowed_units as varchar)
    end as paid_units,
    case
        when sent.action <> 'reversal' and deltas.verdict = 'paid' and judged.allowed_units <> deltas.units
            then cast(deltas.units as varchar)
    end as submitted_units,
    asked.service_date,
    asked.line_control_number,
    case when sent.action <> 'reversal' and judged.allowed_cents > 0 then judged.allowed_cents end as allowed_cents,
    case when sent.action <> 'reversal' then coalesce(judged.remark, '') else '' end as remark,
    coalesce(deltas.adjustments, '') as adjustments,
    case when sent.action = 'reversal' then -1 else 1 end as sign
from remitted_claims as sent
join remittance_deltas as deltas
    on deltas.claim_id = sent.claim_id and deltas.version = sent.version and deltas.action = sent.action
join claim_lines as asked on asked.claim_id = deltas.claim_id and asked.line = deltas.line
left join adjudicated_lines as judged on judged.claim_id = deltas.claim_id and judged.line = deltas.line
