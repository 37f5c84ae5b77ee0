-- add-on-needs-base: a documented add-on stands on the same day as a visit it may be added to.
-- reads: choices, visits, people, rule_code_sets
select h.person_id, h.practice_id, h.service, h.slot, 'add-on-needs-base' as rule, 'no' as verdict,
  h.base_code || ' without its base service that day' as observed, 'a base visit on the same day' as required
from choices h
where exists (select 1 from rule_code_sets s where s.set_name = 'base_of_' || h.base_code)
  and not exists (
    select 1
    from visits v
    join people p on p.person_id = v.person_id
    join rule_code_sets s on s.set_name = 'base_of_' || h.base_code and s.code = v.code
    where v.person_id = h.person_id and coalesce(v.practice_id, p.practice_id) = h.practice_id
      and v.service_date = h.service_day
  )
