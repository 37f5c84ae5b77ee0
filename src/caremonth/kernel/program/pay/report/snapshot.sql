-- Yields: the member-months that count for a panel: whose panel, for which part of the month.
-- Key: service_month, person_id (under the daily rule also pcp_id, eligibility_group, risk).
-- Inputs: member_months, program_months, person_numbers, provider_numbers, eligibility_classes.
select
    program_months.month as service_month,
    people.person_id,
    providers.pcp_id,
    classes.group_name as eligibility_group,
    classes.risk,
    months.part,
    months.whole
from member_months as months
join program_months on program_months.month_index = months.month_index
join person_numbers as people on people.person = months.person
join provider_numbers as providers on providers.pcp = months.pcp
join eligibility_classes as classes on classes.class = months.class
where months.basis = 1
