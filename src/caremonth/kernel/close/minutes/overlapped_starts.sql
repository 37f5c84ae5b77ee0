-- Where a staff member's entries run at the same time: the starts of every entry that another one overlaps. One that still
-- runs when the next begins is found first; whatever begins while it runs overlaps it.
-- key: staff_no, start_s
-- reads: ordered_entries
with in_order as (
  select
    staff_no,
    start_s,
    end_s,
    min(start_s) over (partition by staff_no order by start_s rows between 1 following and 1 following) as next_s
  from ordered_entries
),
running_on as (
  select staff_no, start_s, end_s from in_order where next_s < end_s
)
select distinct e.staff_no, e.start_s
from running_on r
join ordered_entries e on e.staff_no = r.staff_no and e.start_s >= r.start_s and e.start_s < r.end_s
