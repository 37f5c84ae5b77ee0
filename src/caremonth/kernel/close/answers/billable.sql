-- Choices that nothing blocks, without an add-on that something blocks by itself. A code that stands under another service
-- has no threshold of its own, and a payer speaks of it by itself.
-- key: care_no, slot, under_service
-- reads: choices, blocked
with held_slots as (
  select care_no, slot, rule from blocked where slot <> ''
),
open_choices as (
  select
    h.care_no, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code, h.add_on_units, h.service_day,
    h.base_cents, h.add_on_cents,
    h.slot || case when h.under_service = '' then '' else ' under ' || h.under_service end as place
  from choices h
  where not exists (select 1 from blocked b where b.care_no = h.care_no and b.slot = '')
),
held_add_ons as (
  select distinct care_no, slot from held_slots where substr(slot, length(slot) - 6) = ' add-on'
)
select
  h.care_no, h.slot, h.family, h.performer, h.under_service, h.base_code, h.add_on_code,
  case when a.care_no is null then h.add_on_units else cast(0 as bigint) end as add_on_units,
  h.service_day, h.base_cents, h.add_on_cents
from open_choices h
left join held_add_ons a on a.care_no = h.care_no and a.slot = h.place || ' add-on'
where not exists (
  select 1 from held_slots b
  where b.care_no = h.care_no
    and (b.slot = h.slot or b.slot = h.place)
    and (h.under_service = '' or b.slot <> h.slot or b.rule not in ('threshold-reached', 'payer-accepts'))
)
