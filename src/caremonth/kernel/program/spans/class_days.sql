-- Yields: the days on which each eligibility class takes part in the program.
-- Key: class, from_day. Inputs: eligibility_classes, program_groups.
select classes.class, program_groups.from_day, program_groups.to_day
from eligibility_classes as classes
join program_groups on program_groups.group_name = classes.group_name
