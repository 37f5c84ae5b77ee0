-- remote-monitoring-days: readings on enough days of the month for a device supply code.
-- reads: asked, device_readings, choices, codes_in_force
with least_needed as (
  select service, min(min_days) as min_days from codes_in_force where basis = 'device_days' group by service
),
days as (
  select person_no, practice_no, service, max(days) as days
  from device_readings
  where device = ''
  group by person_no, practice_no, service
),
supplied as (
  select distinct person_no, practice_no, service from choices where substr(slot, 1, 6) = 'device'
),
judged as (
  select a.person_no, a.practice_no, a.service, coalesce(d.days, cast(0 as bigint)) as days, n.min_days,
    case when h.person_no is null then 'no' else 'yes' end as verdict
  from asked a
  join least_needed n on n.service = a.service
  left join days d on d.person_no = a.person_no and d.practice_no = a.practice_no and d.service = a.service
  left join supplied h on h.person_no = a.person_no and h.practice_no = a.practice_no and h.service = a.service
  where a.rule = 'remote-monitoring-days'
)
select person_no, practice_no, service, 'device' as slot, 'remote-monitoring-days' as rule, verdict,
  cast(days as varchar) || ' days' as observed, cast(min_days as varchar) || ' days with a reading' as required
from judged
where verdict <> 'yes' or :all_findings
