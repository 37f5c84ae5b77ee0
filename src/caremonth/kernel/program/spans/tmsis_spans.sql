-- Yields: days on which a member is enrolled with whom T-MSIS calls the plan: the provider of a traditional program
-- (02), the entity of an enhanced one (03; pcp 0). Key: person, from_day.
-- Inputs: panel_days, member_days, program_plan.
select panel_days.person, panel_days.pcp, panel_days.from_day, panel_days.to_day
from panel_days
cross join program_plan
where program_plan.plan_type = '02'
union all
select member_days.person, 0 as pcp, member_days.from_day, member_days.to_day
from member_days
cross join program_plan
where program_plan.plan_type = '03'
