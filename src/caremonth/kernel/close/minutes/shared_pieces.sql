-- Pieces that may share their seconds with another piece of the same person, ruled on together:
-- one staff member's minute claimed for two services counts for neither; two people's minute in two services goes to
-- the service that comes first (also where it lacks nothing but consent: rules 7 to 9); two people in one service count once (the practitioner's, if one is there).
-- key: entry_no, start_s
-- reads: single_pieces
with claimed as (
  select
    entry_no, care_no, panel_no, staff_no, role_no, live_contact, start_s, end_s, precedence, set_aside_no,
    min(service) over (partition by panel_no, staff_no, start_s)
      <> max(service) over (partition by panel_no, staff_no, start_s) as two_services_one_clock,
    min(case when set_aside_no is null or set_aside_no in (7, 8, 9) then precedence else 99 end) over (
      partition by panel_no, start_s
    ) as first_precedence
  from single_pieces
  where person_overlap
),
ruled as (
  select
    entry_no, care_no, staff_no, role_no, live_contact, start_s, end_s,
    case
      when set_aside_no is not null then set_aside_no
      when two_services_one_clock or precedence > first_precedence then 11 -- one-service-per-minute
    end as set_aside_no
  from claimed
)
select
  entry_no, care_no, staff_no, role_no, start_s, end_s,
  max(case when set_aside_no is null then live_contact else 0 end) over (partition by care_no, start_s) as live_contact,
  case
    when set_aside_no is not null then set_aside_no
    when row_number() over (
      partition by care_no, start_s, case when set_aside_no is null then 1 else 0 end order by role_no, staff_no, entry_no
    ) > 1 then 5 -- one-clock
  end as set_aside_no
from ruled
