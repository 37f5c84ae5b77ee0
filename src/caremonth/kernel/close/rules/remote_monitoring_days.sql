-- remote-monitoring-days: readings on enough days of the month for a device supply code, each kind of device by itself.
-- A device of a kind that no code of the service names can be billed by none: which it is has to be said.
-- reads: asked, device_readings, choices, codes_in_force
with least_needed as (
  select service, slot, device, cast(min(min_days) as bigint) as min_days
  from codes_in_force
  where basis = 'device_days'
  group by service, slot, device
),
days as (
  select care_no, device, max(days) as days
  from device_readings
  group by care_no, device
),
judged as (
  select a.care_no, n.slot, d.days, n.min_days,
    case when h.care_no is null then 'no' else 'yes' end as verdict
  from asked a
  join days d on d.care_no = a.care_no
  join least_needed n on n.service = a.service and n.device = d.device
  left join choices h
    on h.care_no = a.care_no and h.slot = n.slot
  where a.rule = 'remote-monitoring-days'
  union all
  select a.care_no, 'device' as slot, d.days, cast(null as bigint) as min_days,
    'unknown' as verdict
  from asked a
  join days d
    on d.care_no = a.care_no and d.device is null
  where a.rule = 'remote-monitoring-days' and exists (select 1 from least_needed n where n.service = a.service)
  union all
  select a.care_no, 'device' as slot, cast(0 as bigint) as days, min(n.min_days) as min_days,
    'no' as verdict
  from asked a
  join least_needed n on n.service = a.service
  where a.rule = 'remote-monitoring-days' and not exists (
    select 1 from days d
    where d.care_no = a.care_no
  )
  group by a.care_no
)
select care_no, slot, 'remote-monitoring-days' as rule, verdict,
  cast(days as varchar) || ' days' || case verdict when 'unknown' then ' of a device of no known kind' else '' end
    as observed,
  case verdict when 'unknown' then 'a device named as one of the kinds that have a code'
    else cast(min_days as varchar) || ' days with a reading' end as required
from judged
where verdict <> 'yes' or :all_findings
