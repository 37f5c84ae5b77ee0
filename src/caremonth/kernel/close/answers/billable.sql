-- Choices that nothing blocks. A code that stands under another service has no threshold of its own.
-- key: person_id, practice_id, service, slot, under_service
-- reads: choices, blocked
select
  h.person_id, h.practice_id, h.service, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code,
  h.add_on_units, h.service_day, h.base_cents, h.add_on_cents
from choices h
where not exists (
  select 1 from blocked b
  where b.person_id = h.person_id and b.practice_id = h.practice_id and b.service = h.service
    and (b.slot = '' or b.slot = h.slot)
    and (h.under_service = '' or b.rule <> 'threshold-reached')
)
