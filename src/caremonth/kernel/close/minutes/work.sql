-- The month's counted seconds by person, practice and service: all of them, and the practitioner's own.
-- key: care_no
-- reads: minute_totals
select
  care_no,
  cast(sum(case when set_aside is null then seconds else 0 end) as bigint) as seconds,
  cast(sum(case when set_aside is null and role_no = 0 then seconds else 0 end) as bigint) as practitioner_seconds,
  max(case when set_aside is null then live_contact else 0 end) as live_contact
from minute_totals
group by care_no
