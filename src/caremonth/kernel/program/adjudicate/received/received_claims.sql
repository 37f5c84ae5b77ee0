-- Yields: claims of 837 files in the form of the facts. claim_id is our own number: sender, interchange, place in it; so
-- that reading the same file again gives the same claims. Key: claim_id.
-- Inputs: x12_claims, x12_interchanges, x12_submissions, x12_providers, x12_claim_codes, x12_conditions,
-- x12_refused.
-- Parameter received_on (day; -1 = the day on which the file says it was made).
with numbered as (
    select
        claims.claim_row,
        interchanges.sender_id || '-' || interchanges.control_number || '-' || cast(row_number() over (
            partition by claims.file, claims.interchange
            order by claims.claim_row
        ) as varchar) as our_number
    from x12_claims as claims
    join x12_interchanges as interchanges
        on interchanges.file = claims.file and interchanges.interchange = claims.interchange
),
providers as (
    select
        claim_row,
        min(case when role_code = '82' then npi end) as rendering_npi,
        min(case when role_code = 'DN' then npi end) as referring_npi
    from x12_providers
    where line_row is null
        and claim_row is not null
    group by claim_row
),
groups as (
    select
        claim_row,
        min(code) as drg
    from x12_claim_codes
    where code_qualifier = 'DR'
    group by claim_row
),
screens as (
    select
        claim_row,
        max(condition_code_1) as epsdt_referral
    from x12_conditions
    where category_code = 'ZZ'
    group by claim_row
)
select
    numbered.our_number as claim_id,
    claims.claim_row,
    coalesce(claims.patient_id, claims.member_id, '') as person_id,
    claims.billing_npi,
    providers.rendering_npi,
    providers.referring_npi,
    claims.referral_number,
    claims.prior_authorization_number as authorization_number,
    case when :received_on >= 0 then :received_on else submissions.created_date end as received_on,
    claims.frequency_code as frequency,
    claims.payer_claim_control_number as original_claim_id,
    case when claims.kind = '837I' then 'institutional' else 'professional' end as kind,
    claims.admission_date as admitted_on,
    case
        when claims.admission_date is not null
            then coalesce(claims.discharge_date, claims.statement_end_date)
    end as discharged_on,
    claims.claim_id as patient_control_number,
    coalesce(claims.patient_family_name, claims.subscriber_family_name) as patient_family_name,
    case
        when claims.patient_family_name is not null then claims.patient_given_name
        else claims.subscriber_given_name
    end as patient_given_name,
    claims.billing_name,
    claims.billing_tax_id,
    claims.facility_code,
    groups.drg,
    claims.patient_status_code as discharge_status,
    screens.epsdt_referral,
    claims.statement_start_date
from x12_claims as claims
join numbered on numbered.claim_row = claims.claim_row
join x12_submissions as submissions
    on submissions.file = claims.file and submissions.transaction = claims.transaction
left join providers on providers.claim_row = claims.claim_row
left join groups on groups.claim_row = claims.claim_row
left join screens on screens.claim_row = claims.claim_row
left join x12_refused as refused on refused.claim_row = claims.claim_row
where refused.claim_row is null
