-- remote-monitoring-days, threshold-reached: a service that a visit row documents may ask for readings or minutes besides.
-- Set-up needs its days with a reading, from the month's first to thirty days from it; a review of data needs the
-- practitioner's minutes, over and above those that the service's timed codes are billed for.
-- reads: care_months, choices, codes_in_force, device_days, persons, work
with documented as (
  select h.care_no, m.person_no, m.practice_no, m.service, h.slot, h.service_day, f.min_days, f.first_seconds
  from choices h
  join care_months m on m.care_no = h.care_no
  join codes_in_force f on f.service = m.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'documented' and f.from_day <= h.service_day and f.to_day >= h.service_day
    and (f.min_days > 0 or f.first_seconds > 0)
),
read_on as (
  select distinct d.care_no, d.slot, r.device, r.reading_date
  from documented d
  join persons p on p.person_no = d.person_no
  join device_days r
    on r.person_id = p.person_id and coalesce(r.service, 'rpm') = d.service
    and r.reading_date >= :first_day and r.reading_date <= d.service_day + 29
  where p.practice_no = d.practice_no and (p.death_day is null or r.reading_date <= p.death_day)
),
by_device as (
  select care_no, slot, device, cast(count(1) as bigint) as days
  from read_on
  group by care_no, slot, device
),
readings as (
  select care_no, slot, max(days) as days
  from by_device
  group by care_no, slot
),
billed_time as (
  select h.care_no,
    cast(sum(case when h.add_on_units = 0 then f.first_seconds else f.step_from_seconds + h.add_on_units * f.step_seconds end)
      as bigint) as seconds
  from (select distinct care_no, service from documented) d
  join choices h on h.care_no = d.care_no
  join codes_in_force f on f.service = d.service and f.family = h.family and f.base_code = h.base_code
  where f.basis = 'time' and h.under_service = '' and f.from_day <= h.service_day and f.to_day >= h.service_day
  group by h.care_no
),
left_over as (
  select d.care_no, d.slot,
    greatest(cast(0 as bigint), least(
      coalesce(w.practitioner_seconds, cast(0 as bigint)),
      coalesce(w.seconds, cast(0 as bigint)) - coalesce(b.seconds, cast(0 as bigint))
    )) as seconds
  from documented d
  left join work w on w.care_no = d.care_no
  left join billed_time b on b.care_no = d.care_no
),
judged as (
  select d.care_no, d.slot, 'remote-monitoring-days' as rule,
    case when coalesce(r.days, cast(0 as bigint)) >= d.min_days then 'yes' else 'no' end as verdict,
    cast(coalesce(r.days, cast(0 as bigint)) as varchar) || ' days' as observed,
    cast(d.min_days as varchar) || ' days with a reading, up to thirty days from the set-up' as required
  from documented d
  left join readings r
    on r.care_no = d.care_no and r.slot = d.slot
  where d.min_days > 0
  union all
  select d.care_no, d.slot, 'threshold-reached' as rule,
    case when t.seconds >= d.first_seconds then 'yes' else 'no' end as verdict,
    cast(cast(floor(t.seconds / 60) as bigint) as varchar) || ' min '
      || cast(t.seconds - 60 * cast(floor(t.seconds / 60) as bigint) as varchar)
      || ' s of the practitioner counted and not billed otherwise' as observed,
    cast(cast(floor(d.first_seconds / 60) as bigint) as varchar) || ' min' as required
  from documented d
  join left_over t
    on t.care_no = d.care_no and t.slot = d.slot
  where d.first_seconds > 0
)
select care_no, slot, rule, verdict, observed, required
from judged
where verdict <> 'yes' or :all_findings
