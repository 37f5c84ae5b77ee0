-- Yields: the member-months that count for a panel: whose panel, for which part of the month.
-- Key: service_month, person_id (under the daily rule also pcp_id, eligibility_group, risk).
-- Inputs: member_months, program_months.
select
    program_months.month as service_month,
    months.person_id,
    months.pcp_id,
    months.group_name as eligibility_group,
    months.risk,
    months.part,
    months.whole
from member_months as months
join program_months on program_months.month_index = months.month_index
where months.basis = 'assigned'
