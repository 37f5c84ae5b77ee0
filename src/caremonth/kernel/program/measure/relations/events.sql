-- Yields: the days on which a person had a service of a value set, by any provider.
-- Key: value_set, person_id, day. Inputs: service_lines, program_value_sets.
select distinct
    sets.value_set,
    lines.person_id,
    lines.service_date as day
from service_lines as lines
join program_value_sets as sets
    on sets.field = 'code'
    and lines.code between sets.first_value and sets.last_value
    and lines.service_date between sets.from_day and sets.to_day
union
select distinct
    sets.value_set,
    lines.person_id,
    lines.service_date as day
from service_lines as lines
join program_value_sets as sets
    on sets.field = 'diagnosis'
    and lines.diagnoses like '%;' || sets.first_value || '%'
    and lines.service_date between sets.from_day and sets.to_day
union
select distinct
    sets.value_set,
    lines.person_id,
    lines.service_date as day
from service_lines as lines
join program_value_sets as sets
    on sets.field = 'revenue'
    and lines.revenue_code between sets.first_value and sets.last_value
    and lines.service_date between sets.from_day and sets.to_day
union
select distinct
    sets.value_set,
    lines.person_id,
    lines.service_date as day
from service_lines as lines
join program_value_sets as sets
    on sets.field = 'place_and_code'
    and lines.place = sets.place
    and lines.code between sets.first_value and sets.last_value
    and lines.service_date between sets.from_day and sets.to_day
