-- Seconds that were set aside, as findings: how much, and which entries contest each other.
-- key: care_no, rule
-- reads: minute_totals, contested_entries
with totals as (
  select care_no, set_aside as rule, cast(sum(seconds) as bigint) as seconds
  from minute_totals
  where set_aside is not null and set_aside <> 'consent-documented'
  group by care_no, set_aside
)
select
  t.care_no,
  t.rule,
  cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
    || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar) || ' s'
    || case when c.entries is null then '' else ', ' || c.entries end as observed
from totals t
left join contested_entries c
  on c.care_no = t.care_no and c.rule = t.rule
