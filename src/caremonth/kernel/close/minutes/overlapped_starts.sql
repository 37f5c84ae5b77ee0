-- Where a staff member's entries run at the same time: the starts of every entry that another one overlaps.
-- Entries that start together flag each other in either order, so the order need not be total.
-- key: staff_no, start_s
-- kept: always (its reader is written into each of its own readers)
-- reads: entries
with neighbours as (
  select
    staff_no,
    start_s,
    end_s,
    max(end_s) over (
      partition by staff_no order by start_s rows between unbounded preceding and 1 preceding
    ) as earlier_end_s,
    min(start_s) over (partition by staff_no order by start_s rows between 1 following and 1 following) as next_start_s
  from entries
)
select distinct staff_no, start_s from neighbours where earlier_end_s > start_s or next_start_s < end_s
