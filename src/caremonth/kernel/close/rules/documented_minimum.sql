-- remote-monitoring-days, threshold-reached: a service that a visit row documents may ask for readings or minutes besides.
-- Set-up needs its days with a reading, from the month's first to thirty days from it; a review of data needs the practitioner's minutes, over
-- and above those that the service's timed codes are billed for.
-- reads: choices, codes_in_force, device_days, persons, work
with documented as (
  select h.person_no, h.practice_no, h.service, h.slot, h.service_day, f.min_days, f.first_seconds
  from choices h
  join codes_in_force f on f.service = h.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'documented' and f.from_day <= h.service_day and f.to_day >= h.service_day
    and (f.min_days > 0 or f.first_seconds > 0)
),
read_on as (
  select distinct d.person_no, d.practice_no, d.service, d.slot, r.device, r.reading_date
  from documented d
  join persons p on p.person_no = d.person_no
  join device_days r
    on r.person_id = p.person_id and coalesce(r.service, 'rpm') = d.service
    and r.reading_date >= :first_day and r.reading_date <= d.service_day + 29
  where p.practice_no = d.practice_no and (p.death_day is null or r.reading_date <= p.death_day)
),
by_device as (
  select person_no, practice_no, service, slot, device, cast(count(1) as bigint) as days
  from read_on
  group by person_no, practice_no, service, slot, device
),
readings as (
  select person_no, practice_no, service, slot, max(days) as days
  from by_device
  group by person_no, practice_no, service, slot
),
billed_time as (
  select h.person_no, h.practice_no, h.service,
    cast(sum(case when h.add_on_units = 0 then f.first_seconds else f.step_from_seconds + h.add_on_units * f.step_seconds end)
      as bigint) as seconds
  from choices h
  join codes_in_force f on f.service = h.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'time' and h.under_service = '' and f.from_day <= h.service_day and f.to_day >= h.service_day
  group by h.person_no, h.practice_no, h.service
),
left_over as (
  select d.person_no, d.practice_no, d.service, d.slot,
    greatest(cast(0 as bigint), least(
      coalesce(w.practitioner_seconds, cast(0 as bigint)),
      coalesce(w.seconds, cast(0 as bigint)) - coalesce(b.seconds, cast(0 as bigint))
    )) as seconds
  from documented d
  left join work w on w.person_no = d.person_no and w.practice_no = d.practice_no and w.service = d.service
  left join billed_time b on b.person_no = d.person_no and b.practice_no = d.practice_no and b.service = d.service
),
judged as (
  select d.person_no, d.practice_no, d.service, d.slot, 'remote-monitoring-days' as rule,
    case when coalesce(r.days, cast(0 as bigint)) >= d.min_days then 'yes' else 'no' end as verdict,
    cast(coalesce(r.days, cast(0 as bigint)) as varchar) || ' days' as observed,
    cast(d.min_days as varchar) || ' days with a reading, up to thirty days from the set-up' as required
  from documented d
  left join readings r
    on r.person_no = d.person_no and r.practice_no = d.practice_no and r.service = d.service and r.slot = d.slot
  where d.min_days > 0
  union all
  select d.person_no, d.practice_no, d.service, d.slot, 'threshold-reached' as rule,
    case when t.seconds >= d.first_seconds then 'yes' else 'no' end as verdict,
    cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
      || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar)
      || ' s of the practitioner counted and not billed otherwise' as observed,
    cast(cast(floor(d.first_seconds / 60) as bigint) as varchar) || ' min' as required
  from documented d
  join left_over t
    on t.person_no = d.person_no and t.practice_no = d.practice_no and t.service = d.service and t.slot = d.slot
  where d.first_seconds > 0
)
select person_no, practice_no, service, slot, rule, verdict, observed, required
from judged
where verdict <> 'yes' or :all_findings
