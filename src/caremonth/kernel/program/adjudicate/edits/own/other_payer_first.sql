-- Yields: lines of members with other insurance on the date of service that do not say what it paid.
-- Key: claim_id, line. Inputs: asked_lines, other_insurance, line_classes, program_class_uses.
with exempt as (
    select
        line_classes.claim_id,
        line_classes.line
    from line_classes
    join program_class_uses as uses on uses.class = line_classes.class and uses.purpose = 'pay-and-chase'
    group by line_classes.claim_id, line_classes.line
)
select
    asked_lines.claim_id,
    asked_lines.line,
    'other-payer-first' as finding,
    'insured with ' || min(coalesce(other_insurance.payer, 'another payer')) as observed
from asked_lines
join other_insurance
    on other_insurance.person_id = asked_lines.person_id
    and other_insurance.start_date <= asked_lines.service_date
    and coalesce(other_insurance.end_date, 2932896) >= asked_lines.service_date
left join exempt on exempt.claim_id = asked_lines.claim_id and exempt.line = asked_lines.line
where asked_lines.other_paid_cents is null
    and exempt.claim_id is null
group by asked_lines.claim_id, asked_lines.line
