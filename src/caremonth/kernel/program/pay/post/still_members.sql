-- Yields: of those person-months, the ones in which the person is still a member. Key: person, month_index.
-- Inputs: member_months, taken_from.
select distinct months.person, months.month_index
from member_months as months
join taken_from on taken_from.person = months.person and taken_from.month_index = months.month_index
where months.basis = 2
