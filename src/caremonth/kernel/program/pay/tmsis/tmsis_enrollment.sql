-- Yields: each member's enrollment in the months of the run, as spans, in the terms of the T-MSIS eligibility file
-- (managed care participation, ELG00014). plan_id: the provider of a traditional program, else the entity.
-- Key: msis_identification_num, enrollment_start_day. Inputs: member_days, panel_days, person_numbers,
-- provider_numbers, program_plan. Parameters: first_day, last_day, entity.
with enrolled as (
    select panel_days.person, providers.pcp_id as plan_id, panel_days.from_day, panel_days.to_day
    from panel_days
    join provider_numbers as providers on providers.pcp = panel_days.pcp
    cross join program_plan
    where program_plan.plan_type = '02'
    union all
    select member_days.person, cast(:entity as text) as plan_id, member_days.from_day, member_days.to_day
    from member_days
    cross join program_plan
    where program_plan.plan_type = '03'
)

select
    people.person_id as msis_identification_num,
    enrolled.plan_id as managed_care_plan_id,
    program_plan.plan_type as managed_care_plan_type,
    greatest(enrolled.from_day, :first_day) as enrollment_start_day,
    least(enrolled.to_day, :last_day) as enrollment_end_day
from enrolled
join person_numbers as people on people.person = enrolled.person
cross join program_plan
where enrolled.from_day <= :last_day and enrolled.to_day >= :first_day
