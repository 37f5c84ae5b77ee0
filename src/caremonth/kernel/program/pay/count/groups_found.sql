-- Yields: the eligibility groups that occur. Key: group_name. Inputs: eligibility.
select distinct "group" as group_name
from eligibility
