-- Yields: the service classes that each kind of service belongs to, and the days on which it does.
-- Key: shape, class, from_day. Inputs: shapes, program_class_rules.
select distinct
    shapes.shape,
    shapes.code,
    shapes.place,
    shapes.revenue_code,
    shapes.emergency,
    shapes.family_planning,
    shapes.taxonomy,
    rules.class,
    rules.from_day,
    rules.to_day
from shapes
join program_class_rules as rules
    on (rules.code_from = '' or shapes.code between rules.code_from and rules.code_to)
    and (rules.place = '' or shapes.place = rules.place)
    and (rules.revenue_from = '' or shapes.revenue_code between rules.revenue_from and rules.revenue_to)
    and (rules.taxonomy = '' or shapes.taxonomy like rules.taxonomy || '%')
    and (not rules.emergency or shapes.emergency)
    and (not rules.family_planning or shapes.family_planning)
where rules.diagnosis = ''
