-- Where a staff member's entries run at the same time: the starts of every entry that another one overlaps.
-- key: staff_no, start_s
-- reads: ordered_entries
with in_order as (
  select
    staff_no,
    start_s,
    max(end_s) over (
      partition by staff_no order by start_s rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from ordered_entries
),
later as (
  select distinct staff_no, start_s from in_order where earlier_end_s > start_s
)
select distinct e.staff_no, e.start_s
from later l
join ordered_entries e on e.staff_no = l.staff_no and e.start_s <= l.start_s and e.end_s > l.start_s
