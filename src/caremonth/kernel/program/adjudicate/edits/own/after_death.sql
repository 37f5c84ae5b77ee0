-- Yields: lines for services after the member's death. Key: claim_id, line. Inputs: asked_lines, known_deaths, calendar.
select
    asked_lines.claim_id,
    asked_lines.line,
    'after-death' as finding,
    'service on ' || served.iso || ', died ' || died.iso as observed
from asked_lines
join known_deaths on known_deaths.person_id = asked_lines.person_id
join calendar as served on served.day = asked_lines.service_date
join calendar as died on died.day = known_deaths.death_date
where asked_lines.service_date > known_deaths.death_date
