-- Where a staff member's entries run at the same time: the starts of every entry that another one overlaps, be it one that
-- began before and has not ended, or the next one to begin.
-- key: staff_no, start_s
-- reads: ordered_entries
with in_order as (
  select
    staff_no,
    start_s,
    end_s,
    max(end_s) over (
      partition by staff_no order by start_s rows between unbounded preceding and 1 preceding
    ) as earlier_end_s,
    min(start_s) over (partition by staff_no order by start_s rows between 1 following and 1 following) as next_start_s
  from ordered_entries
)
select distinct staff_no, start_s
from in_order
where earlier_end_s > start_s or next_start_s < end_s
