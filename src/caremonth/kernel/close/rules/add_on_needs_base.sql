-- add-on-needs-base: a documented add-on stands on the same day as a visit it may be added to.
-- reads: choices, person_visits, rule_code_sets
select h.person_no, h.practice_no, h.service, h.slot, 'add-on-needs-base' as rule, 'no' as verdict,
  h.base_code || ' without its base service that day' as observed, 'a base visit on the same day' as required
from choices h
where exists (select 1 from rule_code_sets s where s.set_name = h.family || '_base')
  and not exists (
    select 1
    from person_visits v
    join rule_code_sets s on s.code = v.code
    where s.set_name = h.family || '_base' and v.person_no = h.person_no and v.practice_no = h.practice_no
      and v.service_day = h.service_day
  )
