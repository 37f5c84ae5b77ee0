-- Billable choices that give way to none. Under a billed service (APCM) its add-on takes the place of the stand-alone code
-- of the same slot.
-- key: care_no, slot
-- reads: billable, displaced, care_months, services
with standing as (
  select
    b.care_no, b.slot, b.family, b.performer, b.under_service, b.base_code, b.add_on_code, b.add_on_units, b.service_day,
    b.base_cents, b.add_on_cents
  from billable b
  where not exists (select 1 from displaced d where d.care_no = b.care_no)
),
under as (
  select
    s.care_no, s.slot, s.family, s.performer, s.under_service, s.base_code, s.add_on_code, s.add_on_units, s.service_day,
    s.base_cents, s.add_on_cents
  from standing s
  join care_months c on c.care_no = s.care_no
  join services n on n.service = s.under_service
  where s.under_service <> '' and exists (
    select 1 from standing w where w.care_no = c.panel_no + n.service_no
  )
)
select
  s.care_no, s.slot, s.family, s.performer, s.base_code, s.add_on_code, s.add_on_units, s.service_day, s.base_cents,
  s.add_on_cents
from standing s
where s.under_service = '' and not exists (
  select 1 from under u where u.care_no = s.care_no and u.slot = s.slot
)
union all
select
  u.care_no, u.slot, u.family, u.performer, u.base_code, u.add_on_code, u.add_on_units, u.service_day, u.base_cents,
  u.add_on_cents
from under u
