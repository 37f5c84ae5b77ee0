-- Yields: each member's enrollment in the months of the run, as spans, in the terms of the T-MSIS eligibility file
-- (managed care participation, ELG00014). Key: msis_identification_num, enrollment_start_day.
-- Inputs: tmsis_spans, person_numbers, provider_numbers, program_plan. Parameters: first_day, last_day, entity.
select
    people.person_id as msis_identification_num,
    coalesce(providers.pcp_id, cast(:entity as text)) as managed_care_plan_id,
    program_plan.plan_type as managed_care_plan_type,
    greatest(spans.from_day, :first_day) as enrollment_start_day,
    least(spans.to_day, :last_day) as enrollment_end_day
from tmsis_spans as spans
join person_numbers as people on people.person = spans.person
left join provider_numbers as providers on providers.pcp = spans.pcp
cross join program_plan
where spans.from_day <= :last_day and spans.to_day >= :first_day
