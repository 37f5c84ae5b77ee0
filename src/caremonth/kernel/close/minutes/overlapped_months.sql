-- Care months in which an entry runs beside another entry of the same person and practice, for this service or for
-- another one.
-- key: care_no
-- reads: entry_totals, ordered_entries, working_services
with several as (
  select panel_no from working_services group by panel_no having min(care_no) <> max(care_no)
),
beside as (
  select w.panel_no, e.care_no, e.start_s, e.end_s
  from ordered_entries e
  join working_services w on w.care_no = e.care_no
  join several s on s.panel_no = w.panel_no
),
neighbours as (
  select
    panel_no,
    start_s,
    max(end_s) over (
      partition by panel_no order by start_s rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from beside
),
overlapped_panels as (
  select distinct panel_no from neighbours where earlier_end_s > start_s
)
select care_no from entry_totals where runs_beside = 1
union
select w.care_no from working_services w join overlapped_panels o on o.panel_no = w.panel_no
