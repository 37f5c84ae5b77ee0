-- The choices that the rules leave open, as they stand at the month's end. One row.
-- key: none (one row)
-- reads: rule_settings
select
  coalesce(max(case when name = 'service_date' then value end), 'threshold') as service_date,
  coalesce(max(case when name = 'minutes_after_revocation' then value end), 'set_aside') as minutes_after_revocation,
  coalesce(max(case when name = 'cocm_midpoint' then value end), 'off') as cocm_midpoint
from rule_settings
where from_day <= :last_day and to_day >= :last_day
