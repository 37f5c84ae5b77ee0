-- The consents to a service: the first, when the last of them ended, how many there are, and whether one stood in the month:
-- given before the month's end, not ended before its start.
-- key: care_no
-- reads: person_consents
select
  care_no,
  service,
  min(given_at) as given_at,
  max(ended_at) as ended_at,
  cast(count(1) as bigint) as consents,
  max(given) as given,
  max(in_month) as in_force
from person_consents
group by care_no, service
