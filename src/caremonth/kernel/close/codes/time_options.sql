-- Families of timed codes whose threshold the month reached, with the units its seconds earn.
-- key: person_no, practice_no, service, family
-- reads: standings, codes_in_force
with reached as (
  select
    s.person_no,
    s.practice_no,
    s.service,
    f.slot,
    f.family,
    f.family_rank,
    f.performer,
    f.under_service,
    f.base_code,
    f.add_on_code,
    f.first_seconds,
    f.step_seconds,
    f.from_day,
    f.to_day,
    case when f.add_on_code = '' or f.step_seconds = 0 then cast(0 as bigint)
      else least(
        cast(f.add_on_cap as bigint),
        cast(floor((case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end
          - f.first_seconds) / f.step_seconds) as bigint)
      )
    end as add_on_units
  from standings s
  join codes_in_force f on f.service = s.service and f.basis = 'time'
  where s.mode = 'individual'
    and case when f.performer = 'practitioner' then s.practitioner_seconds else s.seconds end >= f.first_seconds
    and s.seconds > 0
    and s.decision_level >= f.decision_level
    and s.conditions >= f.min_conditions and s.conditions <= f.max_conditions
    and (f.first_month = 'any' or f.first_month = s.which_month)
),
day_of as (
  select
    r.person_no,
    r.practice_no,
    r.service,
    r.family,
    r.base_code,
    min(cast(floor((t.end_s - 1 - (t.reached - (r.first_seconds + r.add_on_units * r.step_seconds))
      + case when t.end_s - 1 - (t.reached - (r.first_seconds + r.add_on_units * r.step_seconds)) < m.switch_s
        then m.offset_before else m.offset_after end) / 86400) as bigint)) as service_day
  from reached r
  join (
    select person_no, practice_no, service, 'practitioner' as performer, start_s, end_s, practitioner_reached_s as reached
    from running_seconds
    where role_no = 0
    union all
    select person_no, practice_no, service, 'staff' as performer, start_s, end_s, reached_s as reached from running_seconds
  ) t
    on t.person_no = r.person_no and t.practice_no = r.practice_no and t.service = r.service
    and t.performer = case when r.performer = 'practitioner' then 'practitioner' else 'staff' end
    and t.reached >= r.first_seconds + r.add_on_units * r.step_seconds
    and t.reached - (t.end_s - t.start_s) < r.first_seconds + r.add_on_units * r.step_seconds
  join practice_months m on m.practice_no = r.practice_no
  group by r.person_no, r.practice_no, r.service, r.family, r.base_code
)
select
  r.person_no,
  r.practice_no,
  r.service,
  r.slot,
  r.family,
  r.family_rank,
  r.performer,
  r.under_service,
  r.base_code,
  r.add_on_code,
  r.add_on_units,
  d.service_day
from reached r
join day_of d
  on d.person_no = r.person_no and d.practice_no = r.practice_no and d.service = r.service
  and d.family = r.family and d.base_code = r.base_code
where d.service_day >= r.from_day and d.service_day <= r.to_day
