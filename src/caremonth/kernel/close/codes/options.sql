-- Every lawful way to code each slot of a care month, with its allowed amount on its service date.
-- key: care_no, slot, family
-- reads: time_options, untimed_options, bundled_options, prices
with earned as (
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from time_options
  union all
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from untimed_options
  union all
  select care_no, practice_no, slot, family, family_rank, performer, under_service, base_code, add_on_code,
    add_on_units, service_day
  from bundled_options
)
select
  e.care_no,
  e.slot,
  e.family,
  e.family_rank,
  e.performer,
  e.under_service,
  e.base_code,
  e.add_on_code,
  e.add_on_units,
  e.service_day,
  b.cents as base_cents,
  a.cents as add_on_cents,
  case when b.cents is null or (e.add_on_units > 0 and a.cents is null) then null
    else b.cents + e.add_on_units * coalesce(a.cents, cast(0 as bigint)) end as amount_cents
from earned e
left join prices b
  on b.practice_no = e.practice_no and b.code = e.base_code and b.from_day <= e.service_day and b.to_day >= e.service_day
left join prices a
  on a.practice_no = e.practice_no and a.code = e.add_on_code and a.from_day <= e.service_day and a.to_day >= e.service_day
