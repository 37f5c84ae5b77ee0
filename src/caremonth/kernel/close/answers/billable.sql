-- Choices that nothing blocks, without an add-on that something blocks by itself. A code that stands under another service
-- has no threshold of its own, and a payer speaks of it by itself.
-- key: person_no, practice_no, service, slot, under_service
-- reads: choices, blocked
with held as (
  select distinct person_no, practice_no, service, slot from blocked where slot <> ''
),
placed as (
  select
    person_no, practice_no, service, slot, family, performer, under_service, base_code, add_on_code, add_on_units,
    service_day, base_cents, add_on_cents,
    slot || case when under_service = '' then '' else ' under ' || under_service end as place
  from choices
)
select
  h.person_no, h.practice_no, h.service, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code,
  case when a.person_no is null then h.add_on_units else cast(0 as bigint) end as add_on_units,
  h.service_day, h.base_cents, h.add_on_cents
from placed h
left join held a
  on a.person_no = h.person_no and a.practice_no = h.practice_no and a.service = h.service
  and a.slot = h.place || ' add-on'
where not exists (
  select 1 from blocked b
  where b.person_no = h.person_no and b.practice_no = h.practice_no and b.service = h.service
    and (b.slot = '' or b.slot = h.slot or b.slot = h.place)
    and (h.under_service = '' or b.slot <> h.slot or b.rule not in ('threshold-reached', 'payer-accepts'))
)
