-- Yields: the lines of received claims in the form of the facts. A line of a hospital without a procedure goes by its
-- revenue code. What another payer paid for a whole claim is divided by charge, the cents left over to the first line.
-- Units with a fraction are left null and shown in unreadable_units. Key: claim_id, line.
-- Inputs: received_claims, numbered_lines, line_diagnoses, line_other_payments, x12_providers.
with line_providers as (
    select
        line_row,
        min(case when role_code = '82' then npi end) as rendering_npi,
        min(case when role_code = 'DN' then npi end) as referring_npi
    from x12_providers
    where line_row is not null
    group by line_row
)
select
    received_claims.claim_id,
    lines.line,
    coalesce(lines.procedure_code, lines.revenue_code) as code,
    case
        when lines.modifier_1 is null then null
        else lines.modifier_1
            || coalesce(';' || lines.modifier_2, '')
            || coalesce(';' || lines.modifier_3, '')
            || coalesce(';' || lines.modifier_4, '')
    end as modifiers,
    case when lines.units like '%.%' then null else cast(lines.units as bigint) end as units,
    lines.charge_cents,
    coalesce(lines.service_date, received_claims.statement_start_date) as service_date,
    coalesce(
        lines.place_of_service,
        case when received_claims.kind = 'professional' then received_claims.facility_code end
    ) as place_of_service,
    lines.revenue_code,
    line_diagnoses.diagnoses,
    coalesce(lines.emergency, 'N') = 'Y' as emergency,
    coalesce(lines.family_planning, 'N') = 'Y' as family_planning,
    line_other_payments.paid_cents as other_paid_cents,
    line_providers.rendering_npi,
    line_providers.referring_npi,
    lines.referral_number,
    lines.prior_authorization_number as authorization_number,
    lines.line_control_number
from received_claims
join numbered_lines as lines on lines.claim_row = received_claims.claim_row
left join line_diagnoses on line_diagnoses.line_row = lines.line_row
left join line_providers on line_providers.line_row = lines.line_row
left join line_other_payments on line_other_payments.line_row = lines.line_row
