-- Yields: lines of people whom the program does not know. Key: claim_id, line. Inputs: asked_lines, people.
select
    asked_lines.claim_id,
    asked_lines.line,
    'unknown-member' as finding,
    'member ' || asked_lines.person_id || ' is not known' as observed
from asked_lines
left join people on people.person_id = asked_lines.person_id
where people.person_id is null
