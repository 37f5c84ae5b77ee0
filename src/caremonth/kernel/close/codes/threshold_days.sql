-- The local day on which each threshold was reached.
-- key: care_no, family, base_code
-- reads: thresholds, running_seconds, counted_pieces, practice_months
with alone as (
  select p.care_no, p.start_s, p.end_s
  from (select distinct care_no from thresholds where alone = 1) t
  join counted_pieces p on p.care_no = t.care_no and p.role_no = 0
),
practitioner_seconds as (
  select
    care_no,
    start_s,
    end_s,
    cast(sum(end_s - start_s) over (
      partition by care_no order by start_s rows between unbounded preceding and current row
    ) as bigint) as reached_s
  from alone
),
instants as (
  select t.care_no, t.practice_no, t.family, t.base_code, r.end_s - 1 - (r.reached_s - t.needed_s) as at_s
  from thresholds t
  join running_seconds r
    on r.care_no = t.care_no and r.reached_s >= t.needed_s and r.reached_s - (r.end_s - r.start_s) < t.needed_s
  where t.alone = 0
  union all
  select t.care_no, t.practice_no, t.family, t.base_code, r.end_s - 1 - (r.reached_s - t.needed_s) as at_s
  from thresholds t
  join practitioner_seconds r
    on r.care_no = t.care_no and r.reached_s >= t.needed_s and r.reached_s - (r.end_s - r.start_s) < t.needed_s
  where t.alone = 1
)
select
  i.care_no,
  i.family,
  i.base_code,
  cast(floor((i.at_s + case when i.at_s < m.switch_s then m.offset_before else m.offset_after end) / 86400) as bigint)
    as reached_day
from instants i
join practice_months m on m.practice_no = i.practice_no
