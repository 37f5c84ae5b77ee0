-- What a care month would be coded as after so much more time of a role: tried for the next step of each family, and chosen as
-- `choices` chooses. `code` is what the step is for, and `base_code`, `add_on_code` and the rest what is chosen then.
-- key: care_no, slot, family, code, role
-- reads: workable_months, codes_in_force, services, line_choices, prices
with seen as (
  select w.care_no, w.practice_no, w.seconds, w.practitioner_seconds, w.price_day, f.slot, f.family, f.family_rank,
    f.performer, f.base_code, f.add_on_code, f.first_seconds, f.step_from_seconds, f.add_on_cap,
    greatest(cast(1 as bigint), f.step_seconds) as step_seconds,
    case when f.performer = 'practitioner' then w.practitioner_seconds else w.seconds end as clock
  from workable_months w
  join codes_in_force f on f.service = w.service and f.basis = 'time' and f.under_service = ''
  where w.mode = 'individual' and w.by_day >= :first_day
    and w.decision_level >= f.decision_level
    and w.conditions >= f.min_conditions and w.conditions <= f.max_conditions
    and (f.first_month = 'any' or f.first_month = w.which_month)
    and not exists (
      select 1
      from codes_in_force u
      join services n on n.service = u.under_service
      join line_choices l on l.care_no = w.panel_no + n.service_no
      where u.service = w.service and u.slot = f.slot and u.under_service <> ''
    )
),
steps as (
  select care_no, slot, family, performer, base_code as code, first_seconds - clock as missing_s
  from seen
  where clock < first_seconds
  union all
  select care_no, slot, family, performer, add_on_code as code,
    step_from_seconds + (cast(floor((clock - step_from_seconds) / step_seconds) as bigint) + 1) * step_seconds - clock
      as missing_s
  from seen
  where add_on_code <> '' and clock >= first_seconds
    and cast(floor((clock - step_from_seconds) / step_seconds) as bigint) < add_on_cap
),
trials as (
  select care_no, slot, family, code, missing_s, 'practitioner' as role, missing_s as practitioner_missing_s from steps
  union all
  select care_no, slot, family, code, missing_s, 'clinical_staff' as role, cast(0 as bigint) as practitioner_missing_s
  from steps
  where performer <> 'practitioner'
),
reached as (
  select t.care_no, t.slot, t.family as step_family, t.code, t.missing_s, t.role, s.practice_no, s.price_day, s.family,
    s.family_rank, s.base_code, s.add_on_code,
    case when s.performer = 'practitioner' then 1 else 0 end as by_practitioner,
    case when s.seconds + t.missing_s = s.practitioner_seconds + t.practitioner_missing_s then 1 else 0 end as alone,
    case when s.add_on_code = '' then cast(0 as bigint)
      else greatest(cast(0 as bigint), least(cast(s.add_on_cap as bigint), cast(floor((s.clock
        + case when s.performer = 'practitioner' then t.practitioner_missing_s else t.missing_s end
        - s.step_from_seconds) / s.step_seconds) as bigint))) end as add_on_units
  from trials t
  join seen s on s.care_no = t.care_no and s.slot = t.slot
  where s.clock + case when s.performer = 'practitioner' then t.practitioner_missing_s else t.missing_s end
    >= s.first_seconds
),
priced as (
  select r.care_no, r.slot, r.step_family, r.code, r.missing_s, r.role, r.practice_no, r.price_day, r.by_practitioner,
    r.alone, r.base_code, r.add_on_code, r.add_on_units,
    case when b.cents is null or (r.add_on_units > 0 and a.cents is null) then null
      else b.cents + r.add_on_units * coalesce(a.cents, cast(0 as bigint)) end as amount_cents,
    row_number() over (
      partition by r.care_no, r.slot, r.step_family, r.code, r.role, r.by_practitioner order by r.family_rank, r.family
    ) as place
  from reached r
  left join prices b
    on b.practice_no = r.practice_no and b.code = r.base_code and b.from_day <= r.price_day and b.to_day >= r.price_day
  left join prices a
    on a.practice_no = r.practice_no and a.code = r.add_on_code and a.from_day <= r.price_day and a.to_day >= r.price_day
),
ranked as (
  select care_no, slot, step_family, code, missing_s, role, base_code, add_on_code, add_on_units, amount_cents,
    row_number() over (
      partition by care_no, slot, step_family, code, role
      order by case when by_practitioner = 1 and alone = 1 then 0 else 1 end,
        coalesce(amount_cents, cast(-1 as bigint)) desc, by_practitioner
    ) as place
  from priced
  where place = 1
)
select care_no, slot, step_family as family, code, missing_s, role, base_code, add_on_code, add_on_units, amount_cents
from ranked
where place = 1
