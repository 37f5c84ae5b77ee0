-- Yields: hospital stays: a person's inpatient claims whose days touch are one stay. principal is the first claim's.
-- Key: person_id, admitted. Inputs: inpatient_claims.
with ordered as (
    select
        person_id,
        claim_id,
        admitted,
        discharged,
        principal,
        max(discharged) over (
            partition by person_id
            order by admitted asc, claim_id asc
            rows between unbounded preceding and 1 preceding
        ) as before_end
    from inpatient_claims
),
marked as (
    select
        person_id,
        claim_id,
        admitted,
        discharged,
        principal,
        case when before_end is null or admitted > before_end then 1 else 0 end as starts
    from ordered
),
numbered as (
    select
        person_id,
        claim_id,
        admitted,
        discharged,
        principal,
        starts,
        starts + coalesce(cast(sum(starts) over (
            partition by person_id
            order by admitted asc, claim_id asc
            rows between unbounded preceding and 1 preceding
        ) as bigint), 0) as stay
    from marked
)
select
    person_id,
    min(admitted) as admitted,
    max(discharged) as discharged,
    max(case when starts = 1 then principal else '' end) as principal
from numbered
group by person_id, stay
