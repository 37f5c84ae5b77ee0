-- Base codes a service may bill in the month, with the family's add-on beside each. A code that begins or ends inside
-- the month is here, and is tried again on its service date.
-- key: service, family, base_code
-- reads: rule_codes
select
  b.service,
  b.slot,
  b.family,
  b.family_rank,
  b.performer,
  b.basis,
  b.code as base_code,
  b.first_seconds,
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
  coalesce(a.max_units, 0) as add_on_cap
from rule_codes b
left join rule_codes a
  on a.service = b.service and a.family = b.family and a.part = 'add_on'
  and a.from_day <= :last_day and a.to_day >= :last_day
where b.part = 'base' and b.from_day <= :last_day and b.to_day >= :first_day
