-- The first consent to a service, and whether it stood in the month: given before the month's end, not ended before its
-- start.
-- key: care_no
-- reads: person_consents
select care_no, min(given_at) as given_at, max(given) as given, max(in_month) as in_force
from person_consents
group by care_no
