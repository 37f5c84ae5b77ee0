-- Billable choices that give way to none. Under a billed service (APCM) its add-on takes the place of the stand-alone code
-- of the same slot.
-- key: person_no, practice_no, service, slot
-- reads: billable, displaced
with standing as (
  select
    b.person_no, b.practice_no, b.service, b.slot, b.family, b.performer, b.under_service, b.base_code, b.add_on_code,
    b.add_on_units, b.service_day, b.base_cents, b.add_on_cents
  from billable b
  where not exists (
    select 1 from displaced d
    where d.person_no = b.person_no and d.practice_no = b.practice_no and d.service = b.service
  )
),
under as (
  select
    s.person_no, s.practice_no, s.service, s.slot, s.family, s.performer, s.under_service, s.base_code, s.add_on_code,
    s.add_on_units, s.service_day, s.base_cents, s.add_on_cents
  from standing s
  where s.under_service <> '' and exists (
    select 1 from standing w
    where w.person_no = s.person_no and w.practice_no = s.practice_no and w.service = s.under_service
  )
)
select
  s.person_no, s.practice_no, s.service, s.slot, s.family, s.performer, s.base_code, s.add_on_code,
  s.add_on_units, s.service_day, s.base_cents, s.add_on_cents
from standing s
where s.under_service = '' and not exists (
  select 1 from under u
  where u.person_no = s.person_no and u.practice_no = s.practice_no and u.service = s.service and u.slot = s.slot
)
union all
select
  u.person_no, u.practice_no, u.service, u.slot, u.family, u.performer, u.base_code, u.add_on_code,
  u.add_on_units, u.service_day, u.base_cents, u.add_on_cents
from under u
