-- Families earned without a clock: by days with readings, by the month itself, by a documented service, by a discharge.
-- key: care_no, family, service_day
-- reads: standings, codes_in_force, device_readings, documented_services, discharges
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  d.reading_day as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'device_days'
join device_readings d
  on d.care_no = s.care_no and d.device = f.device
  and d.day_number = f.min_days
where s.mode = 'individual' and d.days >= f.min_days and d.days <= f.max_days
  and d.reading_day >= f.from_day and d.reading_day <= f.to_day
union all
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  s.last_day_of_life_or_month as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'month'
where s.mode = 'individual'
  and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
  and (f.qmb = 'any' or f.qmb = case when s.qmb = 1 then 'yes' else 'no' end)
  and (f.first_month = 'any' or f.first_month = s.which_month)
  and (f.under_service = '' or s.seconds > 0)
  and s.last_day_of_life_or_month >= :first_day
  and s.last_day_of_life_or_month >= f.from_day and s.last_day_of_life_or_month <= f.to_day
union all
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  max(v.service_day) as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'documented'
join documented_services v
  on v.care_no = s.care_no and v.code = f.base_code
where s.mode = 'individual' and v.service_day >= f.from_day and v.service_day <= f.to_day
group by s.care_no, s.practice_no, f.slot, f.family, f.family_rank, f.performer, f.under_service,
  f.base_code, f.add_on_code
union all
select
  s.care_no,
  s.practice_no,
  d.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  cast(0 as bigint) as add_on_units,
  d.visit_day as service_day
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'discharge'
join discharges d on d.care_no = s.care_no
where s.mode = 'individual'
  and d.window_of is null and d.visit_day is not null and d.visit_day - d.discharge_day <= f.max_days
  and (s.decision_level >= f.decision_level or (s.decision_level = 0 and d.tcm_code = f.base_code))
  and d.visit_day >= f.from_day and d.visit_day <= f.to_day
