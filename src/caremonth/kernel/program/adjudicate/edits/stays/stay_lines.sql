-- Yields: the lines of hospital stays that the program prices as a whole (by the day or by group), with how, and the day
-- whose rates hold. A stay is a claim with room and board of a facility that has stays.
-- Key: claim_id, line. Inputs: asked_lines, claims, program_room_and_board, program_stay_facilities,
-- program_stay_methods.
with bedded as (
    select distinct
        asked_lines.claim_id
    from asked_lines
    join program_room_and_board as beds
        on asked_lines.revenue_code between beds.revenue_from and beds.revenue_to
    where asked_lines.revenue_code <> ''
),
served as (
    select
        asked_lines.claim_id,
        min(asked_lines.service_date) as first_day,
        max(asked_lines.service_date) as last_day
    from asked_lines
    join bedded on bedded.claim_id = asked_lines.claim_id
    group by asked_lines.claim_id
),
stays as (
    select
        served.claim_id,
        coalesce(claims.drg, '') as drg,
        coalesce(claims.discharge_status, '') as discharge_status,
        coalesce(claims.admitted_on, served.first_day) as admitted,
        coalesce(claims.discharged_on, claims.admitted_on, served.last_day) as discharged
    from served
    join claims on claims.claim_id = served.claim_id
    left join program_stay_facilities as facilities on facilities.facility_code = claims.facility_code
    where claims.facility_code is null or facilities.facility_code is not null
)
select
    asked_lines.claim_id,
    asked_lines.line,
    asked_lines.billing_npi,
    asked_lines.revenue_code,
    asked_lines.units,
    asked_lines.charge_cents,
    stays.drg,
    stays.discharge_status,
    cast(greatest(stays.discharged - stays.admitted, 1) as bigint) as days,
    methods.method,
    case when methods.by_discharge then stays.discharged else stays.admitted end as rate_day
from stays
join program_stay_methods as methods
    on case when methods.by_discharge then stays.discharged else stays.admitted end
        between methods.from_day and methods.to_day
join asked_lines on asked_lines.claim_id = stays.claim_id
