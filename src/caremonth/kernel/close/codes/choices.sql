-- The way each slot is coded. Within a family group by what is documented (complex before plain), never by amount.
-- Practitioner alone: the practitioner's codes. Mixed: both are lawful, and the one allowed more is taken.
-- key: care_no, slot, under_service
-- reads: options, rivals, work
with placed as (
  select
    o.care_no, o.slot, o.family, o.performer, o.under_service, o.base_code, o.add_on_code,
    o.add_on_units, o.service_day, o.base_cents, o.add_on_cents, o.amount_cents,
    case when o.performer = 'practitioner' then 1 else 0 end as by_practitioner,
    row_number() over (
      partition by o.care_no, o.slot, o.under_service, case when o.performer = 'practitioner' then 1 else 0 end
      order by o.family_rank, o.family
    ) as place
  from options o
  join rivals r on r.care_no = o.care_no and r.slot = o.slot and r.under_service = o.under_service
),
ranked as (
  select
    p.care_no, p.slot, p.family, p.performer, p.under_service, p.base_code, p.add_on_code,
    p.add_on_units, p.service_day, p.base_cents, p.add_on_cents, p.amount_cents,
    row_number() over (
      partition by p.care_no, p.slot, p.under_service
      order by
        case when p.by_practitioner = 1 and w.seconds = w.practitioner_seconds then 0 else 1 end,
        coalesce(p.amount_cents, cast(-1 as bigint)) desc,
        p.by_practitioner
    ) as place
  from placed p
  left join work w on w.care_no = p.care_no
  where p.place = 1
)
select
  care_no, slot, family, performer, under_service, base_code, add_on_code, add_on_units, service_day, base_cents,
  add_on_cents, amount_cents
from ranked
where place = 1
union all
select
  o.care_no, o.slot, o.family, o.performer, o.under_service, o.base_code, o.add_on_code, o.add_on_units, o.service_day,
  o.base_cents, o.add_on_cents, o.amount_cents
from options o
where not exists (
  select 1 from rivals r where r.care_no = o.care_no and r.slot = o.slot and r.under_service = o.under_service
)
