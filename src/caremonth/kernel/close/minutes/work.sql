-- The month's counted seconds by person, practice and service: all of them, and the practitioner's own.
-- key: person_no, practice_no, service
-- reads: minute_totals
select
  person_no,
  practice_no,
  service,
  cast(sum(case when set_aside is null then seconds else 0 end) as bigint) as seconds,
  cast(sum(case when set_aside is null and role_no = 0 then seconds else 0 end) as bigint) as practitioner_seconds,
  max(case when set_aside is null then live_contact else 0 end) as live_contact
from minute_totals
group by person_no, practice_no, service
