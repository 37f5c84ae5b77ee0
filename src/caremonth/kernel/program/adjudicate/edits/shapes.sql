-- Yields: the distinct kinds of service asked for, so that rules are matched to a few thousand kinds, not to each line.
-- Key: shape. Inputs: asked_lines.
with kinds as (
    select distinct
        code,
        place,
        revenue_code,
        emergency,
        family_planning,
        taxonomy
    from asked_lines
)
select
    row_number() over (
        order by code, place, revenue_code, emergency, family_planning, taxonomy
    ) as shape,
    code,
    place,
    revenue_code,
    emergency,
    family_planning,
    taxonomy
from kinds
