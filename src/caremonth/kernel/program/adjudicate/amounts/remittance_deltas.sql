-- Yields: what to send now, so that what was sent equals what is right today: a new claim as original; a claim whose
-- answer changed as reversal of what was sent and then correction; a voided or replaced claim as reversal alone. A claim
-- that is pended now, set aside, or not among the facts keeps what was sent. Money of a reversal is negative. Sending it
-- and running again yields no row. Key: claim_id, version, action, line.
-- Inputs: adjudicated_lines, sent_lines, remittance_lines, claims, unusable_claims.
with sent_claims as (
    select
        claim_id,
        max(version) as version,
        cast(count(*) as bigint) as line_count
    from sent_lines
    group by claim_id
),
last_versions as (
    select
        claim_id,
        max(version) as version
    from remittance_lines
    group by claim_id
),
current_claims as (
    select
        claim_id,
        max(verdict) as verdict,
        cast(count(*) as bigint) as line_count,
        max(case when verdict = 'pended' then 1 else 0 end) as pended
    from adjudicated_lines
    group by claim_id
),
same_lines as (
    select
        now_line.claim_id,
        cast(count(*) as bigint) as line_count
    from adjudicated_lines as now_line
    join sent_lines
        on sent_lines.claim_id = now_line.claim_id
        and sent_lines.line = now_line.line
        and sent_lines.person_id = now_line.person_id
        and sent_lines.code = now_line.code
        and sent_lines.units = now_line.units
        and sent_lines.charge_cents = now_line.charge_cents
        and sent_lines.paid_cents = now_line.paid_cents
        and sent_lines.patient_cents = now_line.patient_cents
        and sent_lines.verdict = now_line.verdict
        and sent_lines.adjustments = now_line.adjustments
    group by now_line.claim_id
),
to_reverse as (
    select
        sent_claims.claim_id,
        sent_claims.version
    from sent_claims
    join claims on claims.claim_id = sent_claims.claim_id
    left join (select distinct claim_id from unusable_claims) as unusable on unusable.claim_id = sent_claims.claim_id
    left join current_claims on current_claims.claim_id = sent_claims.claim_id
    left join same_lines on same_lines.claim_id = sent_claims.claim_id
    where unusable.claim_id is null
        and (
            current_claims.claim_id is null
            or (
                current_claims.pended = 0
                and (
                    coalesce(same_lines.line_count, 0) <> sent_claims.line_count
                    or current_claims.line_count <> sent_claims.line_count
                )
            )
        )
),
to_send as (
    select
        current_claims.claim_id,
        cast(coalesce(last_versions.version, 0) + 1 as bigint) as version,
        case when last_versions.claim_id is null then 'original' else 'correction' end as action
    from current_claims
    left join last_versions on last_versions.claim_id = current_claims.claim_id
    left join sent_claims on sent_claims.claim_id = current_claims.claim_id
    left join to_reverse on to_reverse.claim_id = current_claims.claim_id
    where current_claims.pended = 0
        and (sent_claims.claim_id is null or to_reverse.claim_id is not null)
)
select
    sent_lines.claim_id,
    to_reverse.version,
    'reversal' as action,
    sent_lines.line,
    sent_lines.person_id,
    sent_lines.billing_npi,
    sent_lines.code,
    sent_lines.units,
    -sent_lines.charge_cents as charge_cents,
    -sent_lines.paid_cents as paid_cents,
    -sent_lines.patient_cents as patient_cents,
    sent_lines.verdict,
    sent_lines.adjustments
from to_reverse
join sent_lines on sent_lines.claim_id = to_reverse.claim_id
union all
select
    adjudicated_lines.claim_id,
    to_send.version,
    to_send.action,
    adjudicated_lines.line,
    adjudicated_lines.person_id,
    adjudicated_lines.billing_npi,
    adjudicated_lines.code,
    adjudicated_lines.units,
    adjudicated_lines.charge_cents,
    adjudicated_lines.paid_cents,
    adjudicated_lines.patient_cents,
    adjudicated_lines.verdict,
    adjudicated_lines.adjustments
from to_send
join adjudicated_lines on adjudicated_lines.claim_id = to_send.claim_id
