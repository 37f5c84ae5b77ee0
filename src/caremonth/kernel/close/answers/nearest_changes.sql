-- How much more counted time would earn one more unit: the base code of a family not reached, or its next add-on. A family
-- without an add-on has steps of one second, for an engine may divide by them before it asks whether there is an add-on.
-- key: person_id, practice_id, service, family, code
-- reads: standings, codes_in_force, choices, prices, persons, practice_months
with seen as (
  select
    s.care_no, s.person_no, s.practice_no, s.service, s.last_day_of_life_or_month, f.slot, f.family, f.performer, f.base_code,
    f.add_on_code, f.first_seconds, f.step_from_seconds, greatest(cast(1 as bigint), f.step_seconds) as step_seconds,
    f.add_on_cap,
    case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end as seconds,
    coalesce(h.family, '') as chosen_family
  from standings s
  join codes_in_force f on f.service = s.service and f.basis = 'time' and f.under_service = ''
  left join choices h
    on h.care_no = s.care_no and h.slot = f.slot
    and h.under_service = ''
  where s.mode = 'individual'
    and s.decision_level >= f.decision_level
    and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
    and (f.first_month = 'any' or f.first_month = s.which_month)
),
steps as (
  select care_no, person_no, practice_no, service, last_day_of_life_or_month, family, performer, base_code as code,
    first_seconds - seconds as missing_s
  from seen
  where seconds < first_seconds
  union all
  select care_no, person_no, practice_no, service, last_day_of_life_or_month, family, performer, add_on_code as code,
    step_from_seconds
      + (cast(floor((seconds - step_from_seconds) / step_seconds) as bigint) + 1) * step_seconds - seconds as missing_s
  from seen
  where family = chosen_family and add_on_code <> '' and seconds >= first_seconds
    and cast(floor((seconds - step_from_seconds) / step_seconds) as bigint) < add_on_cap
)
select
  p.person_id,
  m.practice_id,
  t.service,
  t.family,
  t.performer,
  t.code,
  t.missing_s,
  k.cents
from steps t
join persons p on p.person_no = t.person_no
join practice_months m on m.practice_no = t.practice_no
left join prices k
  on k.practice_no = t.practice_no and k.code = t.code and k.from_day <= t.last_day_of_life_or_month
  and k.to_day >= t.last_day_of_life_or_month
