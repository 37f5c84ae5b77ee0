-- Seconds that were set aside, as findings: how much, and which entries contest each other.
-- key: person_no, practice_no, service, rule
-- reads: minute_totals, contested_entries
with totals as (
  select person_no, practice_no, service, set_aside as rule, cast(sum(seconds) as bigint) as seconds
  from minute_totals
  where set_aside is not null and set_aside <> 'consent-documented'
  group by person_no, practice_no, service, set_aside
)
select
  t.person_no,
  t.practice_no,
  t.service,
  t.rule,
  cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
    || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar) || ' s'
    || case when c.entries is null then '' else ', ' || c.entries end as observed
from totals t
left join contested_entries c
  on c.person_no = t.person_no and c.practice_no = t.practice_no and c.service = t.service and c.rule = t.rule
