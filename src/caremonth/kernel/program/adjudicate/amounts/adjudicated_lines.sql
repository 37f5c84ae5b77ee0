-- Yields: every line of the claims that stand, with its verdict and its money in cents. Pended lines have no money yet.
-- adjustments is their text, ordered: GROUP-REASON:cents joined by ';'. Key: claim_id, line.
-- Inputs: asked_lines, line_verdicts, line_amounts, adjustments, line_pcp.
with ordered as (
    select
        claim_id,
        line,
        group_code || '-' || reason || ':' || cast(amount_cents as varchar) as entry,
        row_number() over (partition by claim_id, line order by group_code asc, reason asc) as place
    from adjustments
),
told as (
    select
        claim_id,
        line,
        max(case when place = 1 then entry else '' end) as entry_1,
        max(case when place = 2 then ';' || entry else '' end) as entry_2,
        max(case when place = 3 then ';' || entry else '' end) as entry_3,
        max(case when place = 4 then ';' || entry else '' end) as entry_4,
        max(case when place = 5 then ';' || entry else '' end) as entry_5
    from ordered
    group by claim_id, line
)
select
    asked_lines.claim_id,
    asked_lines.line,
    asked_lines.person_id,
    asked_lines.billing_npi,
    asked_lines.billing_group,
    asked_lines.rendering_npi,
    asked_lines.received_on,
    asked_lines.code,
    asked_lines.modifiers,
    asked_lines.revenue_code,
    asked_lines.units,
    asked_lines.service_date,
    asked_lines.charge_cents,
    coalesce(line_pcp.pcp_id, '') as pcp_id,
    line_verdicts.verdict,
    line_verdicts.finding,
    line_verdicts.remark,
    cast(coalesce(line_amounts.allowed_units, 0) as bigint) as allowed_units,
    cast(coalesce(line_amounts.allowed_cents, 0) as bigint) as allowed_cents,
    cast(coalesce(line_amounts.other_payer_cents, 0) as bigint) as other_payer_cents,
    cast(coalesce(line_amounts.patient_cents, 0) as bigint) as patient_cents,
    cast(coalesce(line_amounts.paid_cents, 0) as bigint) as paid_cents,
    coalesce(line_amounts.referral_id, '') as referral_id,
    coalesce(told.entry_1 || told.entry_2 || told.entry_3 || told.entry_4 || told.entry_5, '') as adjustments
from asked_lines
join line_verdicts on line_verdicts.claim_id = asked_lines.claim_id and line_verdicts.line = asked_lines.line
left join line_amounts
    on line_amounts.claim_id = asked_lines.claim_id
    and line_amounts.line = asked_lines.line
    and line_verdicts.verdict = 'paid'
left join told on told.claim_id = asked_lines.claim_id and told.line = asked_lines.line
left join line_pcp on line_pcp.claim_id = asked_lines.claim_id and line_pcp.line = asked_lines.line
