-- Choices that nothing blocks. A code that stands under another service has no threshold of its own.
-- key: person_no, practice_no, service, slot, under_service
-- reads: choices, blocked
select
  h.person_no, h.practice_no, h.service, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code,
  h.add_on_units, h.service_day, h.base_cents, h.add_on_cents
from choices h
where not exists (
  select 1 from blocked b
  where b.person_no = h.person_no and b.practice_no = h.practice_no and b.service = h.service
    and (b.slot = '' or b.slot = h.slot)
    and (h.under_service = '' or b.rule <> 'threshold-reached')
)
