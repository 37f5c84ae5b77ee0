-- Pieces that share their seconds with another piece of the same person, ruled on together:
-- one staff member's minute claimed for two services counts for neither; two people's minute in two services goes to
-- the service that comes first; two people in one service count once (the practitioner's, if one is there).
-- key: time_entry_id, start_s
-- reads: single_pieces
with claimed as (
  select
    time_entry_id,
    person_id,
    practice_id,
    staff_id,
    service,
    role,
    start_s,
    end_s,
    precedence,
    set_aside,
    min(service) over (partition by person_id, practice_id, staff_id, start_s)
      <> max(service) over (partition by person_id, practice_id, staff_id, start_s) as two_services_one_clock,
    min(case when set_aside is null or substr(set_aside, 1, 7) = 'consent' then precedence else 99 end) over (
      partition by person_id, practice_id, start_s
    ) as first_precedence
  from single_pieces
  where person_overlap
),
ruled as (
  select
    time_entry_id,
    person_id,
    practice_id,
    staff_id,
    service,
    role,
    start_s,
    end_s,
    case
      when set_aside is not null then set_aside
      when two_services_one_clock or precedence > first_precedence then 'one-service-per-minute'
    end as set_aside
  from claimed
)
select
  time_entry_id,
  start_s,
  case
    when set_aside is not null then set_aside
    when row_number() over (
      partition by person_id, practice_id, service, start_s,
        case when set_aside is null then 1 else 0 end
      order by case when role = 'practitioner' then 0 else 1 end, staff_id, time_entry_id
    ) > 1 then 'one-clock'
  end as set_aside
from ruled
