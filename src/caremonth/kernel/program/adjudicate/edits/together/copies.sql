-- Yields: lines that another line asks for too (same member, billing and rendering provider, code, modifiers and
-- date), with the one of them that may be paid: already paid first, then the first received. Lines with no sound copy
-- are absent. A hospital's claim may have several lines of one revenue code without a procedure: they are no copies of
-- each other; the second of them is a copy of the second of another claim.
-- Key: claim_id, line. Inputs: asked_lines, sound_lines, paid_before.
with repeats as (
    select
        claim_id,
        line,
        row_number() over (partition by claim_id, code, modifiers, service_date order by line asc) as repeat_number
    from asked_lines
    where revenue_code <> ''
        and code = revenue_code
),
keyed as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.person_id,
        asked_lines.billing_npi,
        asked_lines.provider_npi,
        asked_lines.code,
        asked_lines.modifiers,
        asked_lines.revenue_code,
        asked_lines.service_date,
        coalesce(repeats.repeat_number, 1) as repeat_number,
        row_number() over (
            partition by
                asked_lines.person_id,
                asked_lines.billing_npi,
                asked_lines.provider_npi,
                asked_lines.code,
                asked_lines.modifiers,
                asked_lines.revenue_code,
                asked_lines.service_date,
                coalesce(repeats.repeat_number, 1)
            order by
                case when sound_lines.claim_id is null then 1 else 0 end asc,
                case when paid_before.claim_id is null then 1 else 0 end asc,
                asked_lines.received_on asc nulls last,
                asked_lines.claim_id asc,
                asked_lines.line asc
        ) as choice,
        case when sound_lines.claim_id is null then 0 else 1 end as sound
    from asked_lines
    left join sound_lines on sound_lines.claim_id = asked_lines.claim_id and sound_lines.line = asked_lines.line
    left join paid_before on paid_before.claim_id = asked_lines.claim_id and paid_before.line = asked_lines.line
    left join repeats on repeats.claim_id = asked_lines.claim_id and repeats.line = asked_lines.line
)
select
    copy.claim_id,
    copy.line,
    first_one.claim_id as payable_claim_id,
    first_one.line as payable_line
from keyed as copy
join keyed as first_one
    on first_one.person_id = copy.person_id
    and first_one.billing_npi = copy.billing_npi
    and first_one.provider_npi = copy.provider_npi
    and first_one.code = copy.code
    and first_one.modifiers = copy.modifiers
    and first_one.revenue_code = copy.revenue_code
    and first_one.service_date = copy.service_date
    and first_one.repeat_number = copy.repeat_number
    and first_one.choice = 1
    and first_one.sound = 1
where copy.choice > 1
