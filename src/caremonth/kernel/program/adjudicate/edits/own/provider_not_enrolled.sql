-- Yields: lines whose billing or rendering provider was not enrolled with the program on the date of service, where
-- the program asks it. Primary care providers of the program count as enrolled.
-- Key: claim_id, line. Inputs: asked_lines, providers, pcps, program_periods.
with numbers as (
    select
        claim_id,
        line,
        billing_npi as npi,
        service_date
    from asked_lines
    union
    select
        claim_id,
        line,
        provider_npi as npi,
        service_date
    from asked_lines
),
missing as (
    select
        numbers.claim_id,
        numbers.line,
        min(numbers.npi) as npi
    from numbers
    join program_periods as periods
        on periods.setting = 'providers-enrolled'
        and numbers.service_date between periods.from_day and periods.to_day
    left join providers
        on providers.npi = numbers.npi
        and coalesce(providers.enrolled_from, -2932896) <= numbers.service_date
        and coalesce(providers.enrolled_to, 2932896) >= numbers.service_date
    left join pcps on pcps.npi = numbers.npi
    where providers.npi is null
        and pcps.npi is null
    group by numbers.claim_id, numbers.line
)
select
    claim_id,
    line,
    'provider-not-enrolled' as finding,
    case
        when npi = '' then 'the claim names no billing provider'
        else 'provider ' || npi || ' was not enrolled on the date of service'
    end as observed
from missing
