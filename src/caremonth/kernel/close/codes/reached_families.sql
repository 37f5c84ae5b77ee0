-- Families of timed codes whose threshold the month reached, with the units of the add-on that its seconds earn.
-- key: care_no, slot, family
-- reads: standings, codes_in_force
select
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  f.first_seconds,
  f.step_seconds,
  f.step_from_seconds,
  s.last_day_of_life_or_month,
  f.from_day,
  f.to_day,
  case when f.add_on_code = '' or f.step_seconds = 0 then cast(0 as bigint)
    else greatest(cast(0 as bigint), least(
      cast(f.add_on_cap as bigint),
      cast(floor((case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end
        - f.step_from_seconds) / f.step_seconds) as bigint)
    ))
  end as add_on_units
from standings s
join codes_in_force f on f.service = s.service and f.basis = 'time'
where s.mode = 'individual'
  and case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end >= f.first_seconds
  and s.seconds > 0
  and s.decision_level >= f.decision_level
  and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
  and (f.first_month = 'any' or f.first_month = s.which_month)
