-- Timed families that may be billed, dated on the day on which their last unit was reached, or on the last day of the
-- month or of life where a site says so (setting service_date).
-- key: care_no, slot, family
-- reads: reached_families, threshold_days, settings_in_force
with dated as (
  select
    r.care_no,
    r.practice_no,
    r.slot,
    r.family,
    r.family_rank,
    r.performer,
    r.under_service,
    r.base_code,
    r.add_on_code,
    r.add_on_units,
    r.from_day,
    r.to_day,
    case when g.service_date = 'month_end' then r.last_day_of_life_or_month else d.reached_day end as service_day
  from reached_families r
  join threshold_days d on d.care_no = r.care_no and d.family = r.family and d.base_code = r.base_code
  cross join settings_in_force g
)
select
  care_no,
  practice_no,
  slot,
  family,
  family_rank,
  performer,
  under_service,
  base_code,
  add_on_code,
  add_on_units,
  service_day
from dated
where service_day >= from_day and service_day <= to_day
