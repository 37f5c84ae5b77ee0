-- Yields: who is a member on the day, in which group, and since when without a gap of that group.
-- Key: person. Inputs: member_days, eligibility_classes. Parameters: on_day.
select member_days.person, classes.group_name, member_days.from_day as member_since
from member_days
join eligibility_classes as classes on classes.class = member_days.class
where member_days.from_day <= :on_day and member_days.to_day >= :on_day
