-- Base codes a service may bill in the month, with the family's add-on beside each. A code that begins or ends inside
-- the month is here, and is tried again on its service date. `first_seconds` reach the base; steps of the add-on count
-- from `step_from_seconds`: the same, but where collaborative care is counted from the midpoint of its blocks on (setting
-- cocm_midpoint; more than half of a block, in whole minutes, earns it).
-- key: service, family, base_code
-- reads: rule_codes, settings_in_force
select
  b.service,
  b.slot,
  b.family,
  b.family_rank,
  b.performer,
  b.basis,
  b.code as base_code,
  case when g.cocm_midpoint = 'on' and b.service = 'cocm' and b.basis = 'time'
    then (cast(floor(b.first_seconds / 120) as bigint) + 1) * 60 else b.first_seconds end as first_seconds,
  b.decision_level,
  b.min_days,
  b.max_days,
  b.min_conditions,
  b.max_conditions,
  b.qmb,
  b.under_service,
  b.first_month,
  b.device,
  b.from_day,
  b.to_day,
  coalesce(a.code, '') as add_on_code,
  coalesce(a.step_seconds, 0) as step_seconds,
  case when g.cocm_midpoint = 'on' and b.service = 'cocm' and b.basis = 'time'
    then b.first_seconds - coalesce(a.step_seconds, 0)
      + (cast(floor(coalesce(a.step_seconds, 0) / 120) as bigint) + 1) * 60
    else b.first_seconds end as step_from_seconds,
  coalesce(a.max_units, 0) as add_on_cap
from rule_codes b
cross join settings_in_force g
left join rule_codes a
  on a.service = b.service and a.family = b.family and a.part = 'add_on'
  and a.from_day <= :last_day and a.to_day >= :last_day
where b.part = 'base' and b.from_day <= :last_day and b.to_day >= :first_day
