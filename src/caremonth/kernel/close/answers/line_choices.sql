-- What is billed: billable choices that give way to none. Under a billed service (APCM) its add-on takes the place of
-- the stand-alone code of the same slot.
-- key: person_id, practice_id, service, slot
-- reads: billable, displaced
with standing as (
  select
    b.person_id, b.practice_id, b.service, b.slot, b.family, b.performer, b.under_service, b.base_code, b.add_on_code,
    b.add_on_units, b.service_day, b.base_cents, b.add_on_cents
  from billable b
  where not exists (
    select 1 from displaced d
    where d.person_id = b.person_id and d.practice_id = b.practice_id and d.service = b.service
  )
),
under as (
  select
    s.person_id, s.practice_id, s.service, s.slot, s.family, s.performer, s.under_service, s.base_code, s.add_on_code,
    s.add_on_units, s.service_day, s.base_cents, s.add_on_cents
  from standing s
  where s.under_service <> '' and exists (
    select 1 from standing w
    where w.person_id = s.person_id and w.practice_id = s.practice_id and w.service = s.under_service
  )
)
select
  s.person_id, s.practice_id, s.service, s.slot, s.family, s.performer, s.base_code, s.add_on_code,
  s.add_on_units, s.service_day, s.base_cents, s.add_on_cents
from standing s
where s.under_service = '' and not exists (
  select 1 from under u
  where u.person_id = s.person_id and u.practice_id = s.practice_id and u.service = s.service and u.slot = s.slot
)
union all
select
  u.person_id, u.practice_id, u.service, u.slot, u.family, u.performer, u.base_code, u.add_on_code,
  u.add_on_units, u.service_day, u.base_cents, u.add_on_cents
from under u
