-- unit-cap: time beyond the last payable unit earns nothing more; said so that nobody bills it.
-- reads: choices, evidence, codes_in_force
with judged as (
  select h.care_no, h.slot, h.add_on_code, f.add_on_cap,
    case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end
      - f.step_from_seconds - (f.add_on_cap + 1) * f.step_seconds as over_s
  from choices h
  join evidence s on s.care_no = h.care_no
  join codes_in_force f on f.service = s.service and f.family = h.family and f.base_code = h.base_code
  where h.add_on_units > 0 and h.add_on_units = f.add_on_cap
)
select care_no, slot, 'unit-cap' as rule, 'no' as verdict,
  'more time than ' || cast(add_on_cap as varchar) || ' units of ' || add_on_code as observed,
  'at most ' || cast(add_on_cap as varchar) || ' units a month' as required
from judged
where over_s >= 0
