-- threshold-reached: the seconds counted reach a code's first threshold in full; nothing is rounded up.
-- reads: evidence, codes_in_force, choices
with least_needed as (
  select service, slot, min(first_seconds) as first_seconds
  from codes_in_force
  where basis = 'time' and under_service = ''
  group by service, slot
),
judged as (
  select s.care_no, n.slot, s.seconds,
    case when s.mode = 'bundled' then cast(s.bundled_seconds as bigint) else cast(n.first_seconds as bigint) end as needed,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from evidence s
  join least_needed n on n.service = s.service
  left join choices h
    on h.care_no = s.care_no and h.slot = n.slot
    and h.under_service = ''
  where s.mode <> 'not_payable'
)
select care_no, slot, 'threshold-reached' as rule, verdict,
  cast(cast(floor(seconds / 60) as bigint) as varchar) || ' min '
    || cast(seconds - 60 * cast(floor(seconds / 60) as bigint) as varchar) || ' s counted'
    || case when seconds < needed then ', ' || cast(cast(floor((needed - seconds) / 60) as bigint) as varchar)
      || ' min ' || cast(needed - seconds - 60 * cast(floor((needed - seconds) / 60) as bigint) as varchar) || ' s short'
      else '' end as observed,
  cast(cast(floor(needed / 60) as bigint) as varchar) || ' min' as required
from judged
where verdict <> 'yes' or :all_findings
