-- Yields: the service classes of each line, by its kind and by its diagnoses.
-- Key: claim_id, line, class. Inputs: asked_lines, shape_classes, program_class_rules.
select
    asked_lines.claim_id,
    asked_lines.line,
    shape_classes.class
from asked_lines
join shape_classes
    on shape_classes.code = asked_lines.code
    and shape_classes.place = asked_lines.place
    and shape_classes.revenue_code = asked_lines.revenue_code
    and shape_classes.emergency = asked_lines.emergency
    and shape_classes.family_planning = asked_lines.family_planning
    and shape_classes.taxonomy = asked_lines.taxonomy
    and asked_lines.service_date between shape_classes.from_day and shape_classes.to_day
union
select
    asked_lines.claim_id,
    asked_lines.line,
    rules.class
from asked_lines
join program_class_rules as rules
    on (';' || asked_lines.diagnoses) like '%;' || rules.diagnosis || '%'
    and (rules.code_from = '' or asked_lines.code between rules.code_from and rules.code_to)
    and (rules.place = '' or asked_lines.place = rules.place)
    and (rules.revenue_from = '' or asked_lines.revenue_code between rules.revenue_from and rules.revenue_to)
    and (rules.taxonomy = '' or asked_lines.taxonomy like rules.taxonomy || '%')
    and (not rules.emergency or asked_lines.emergency)
    and (not rules.family_planning or asked_lines.family_planning)
    and asked_lines.service_date between rules.from_day and rules.to_day
where rules.diagnosis <> ''
    and asked_lines.diagnoses <> ''
