-- The month's counted seconds by care month: all of them, the practitioners' own, and which practitioner worked most.
-- key: care_no
-- reads: minute_totals, counted_pieces
with by_practitioner as (
  select care_no, staff_no, end_s - start_s as seconds from counted_pieces where role_no = 0
),
first_and_last as (
  select care_no, min(staff_no) as first_no, max(staff_no) as last_no from by_practitioner group by care_no
),
shares as (
  select p.care_no, p.staff_no, cast(sum(p.seconds) as bigint) as seconds
  from first_and_last s
  join by_practitioner p on p.care_no = s.care_no
  where s.first_no <> s.last_no
  group by p.care_no, p.staff_no
),
ranked as (
  select care_no, staff_no, row_number() over (partition by care_no order by seconds desc, staff_no) as place
  from shares
),
most as (
  select care_no, first_no as staff_no from first_and_last where first_no = last_no
  union all
  select care_no, staff_no from ranked where place = 1
),
totals as (
  select
    care_no,
    cast(sum(case when set_aside is null then seconds else 0 end) as bigint) as seconds,
    cast(sum(case when set_aside is null and role_no = 0 then seconds else 0 end) as bigint) as practitioner_seconds,
    max(case when set_aside is null then live_contact else 0 end) as live_contact
  from minute_totals
  group by care_no
)
select t.care_no, t.seconds, t.practitioner_seconds, t.live_contact, m.staff_no as practitioner_no
from totals t
left join most m on m.care_no = t.care_no
