-- The minutes answer: counted seconds by role, and set-aside seconds by role and rule.
-- key: person_id, practice_id, service, role, set_aside_reason
-- reads: minute_totals
select
  person_id,
  practice_id,
  :month as month,
  service,
  role,
  case when set_aside is null then seconds else cast(0 as bigint) end as counted_seconds,
  case when set_aside is null then cast(0 as bigint) else seconds end as set_aside_seconds,
  set_aside as set_aside_reason
from minute_totals
