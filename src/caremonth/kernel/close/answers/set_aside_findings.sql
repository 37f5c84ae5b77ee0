-- Seconds that were set aside, as findings: how much, and which entries contest each other. (Time of a service without any
-- consent is told by consent-documented itself.)
-- key: care_no, rule
-- reads: minute_totals, set_aside_rules, contested_entries
with totals as (
  select care_no, set_aside_no, cast(sum(seconds) as bigint) as seconds
  from minute_totals
  where set_aside_no is not null
  group by care_no, set_aside_no
)
select
  t.care_no,
  r.rule,
  cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
    || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar) || ' s'
    || case when c.entries is null then '' else ', ' || c.entries end as observed
from totals t
join set_aside_rules r on r.rule_no = t.set_aside_no and r.rule <> 'consent-documented'
left join contested_entries c
  on c.care_no = t.care_no and c.rule_no = t.set_aside_no
