-- Yields: a number for each pair of eligibility group and risk tier that occurs.
-- Key: class; group_name, risk. Inputs: eligibility.
with found as (
    select distinct "group" as group_name, coalesce(risk, '') as risk
    from eligibility
)

select group_name, risk, cast(row_number() over (order by group_name, risk) as bigint) as class
from found
