-- The month's counted seconds by care month: all of them, the practitioners' own, and which practitioner worked most.
-- key: care_no
-- reads: minute_totals, counted_pieces
with totals as (
  select
    care_no,
    cast(sum(case when set_aside_no is null then seconds else 0 end) as bigint) as seconds,
    cast(sum(case when set_aside_no is null and role_no = 0 then seconds else 0 end) as bigint) as practitioner_seconds,
    max(case when set_aside_no is null then live_contact else 0 end) as live_contact,
    min(case when set_aside_no is null and role_no = 0 then first_staff_no end) as first_practitioner_no,
    max(case when set_aside_no is null and role_no = 0 then last_staff_no end) as last_practitioner_no
  from minute_totals
  group by care_no
),
shares as (
  select p.care_no, p.staff_no, cast(sum(p.end_s - p.start_s) as bigint) as seconds
  from totals t
  join counted_pieces p on p.care_no = t.care_no and p.role_no = 0
  where t.first_practitioner_no <> t.last_practitioner_no
  group by p.care_no, p.staff_no
),
ranked as (
  select care_no, staff_no, row_number() over (partition by care_no order by seconds desc, staff_no) as place
  from shares
)
select
  t.care_no, t.seconds, t.practitioner_seconds, t.live_contact,
  coalesce(r.staff_no, t.first_practitioner_no) as practitioner_no
from totals t
left join ranked r on r.care_no = t.care_no and r.place = 1
