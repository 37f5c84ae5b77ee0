-- Families of timed codes whose threshold the month reached, with the units its seconds earn, dated on the day that the
-- last of them was reached, or on the last day of the month or of life where a site says so (setting service_date).
-- key: person_no, practice_no, service, family
-- reads: standings, codes_in_force, running_seconds, practice_months, settings_in_force
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
),
needed as (
  select person_no, practice_no, service, family, base_code,
    case when performer = 'practitioner' then 1 else 0 end as alone,
    case when add_on_units = 0 then first_seconds else step_from_seconds + add_on_units * step_seconds end as needed_s
  from reached
),
instants as (
  select
    n.person_no,
    n.practice_no,
    n.service,
    n.family,
    n.base_code,
    t.end_s - 1 - (case when n.alone = 1 then t.practitioner_reached_s else t.reached_s end - n.needed_s) as at_s
  from needed n
  join running_seconds t
    on t.person_no = n.person_no and t.practice_no = n.practice_no and t.service = n.service
    and (n.alone = 0 or t.role_no = 0)
    and case when n.alone = 1 then t.practitioner_reached_s else t.reached_s end >= n.needed_s
    and case when n.alone = 1 then t.practitioner_reached_s else t.reached_s end - (t.end_s - t.start_s) < n.needed_s
),
day_of as (
  select
    i.person_no,
    i.practice_no,
    i.service,
    i.family,
    i.base_code,
    cast(floor((i.at_s + case when i.at_s < m.switch_s then m.offset_before else m.offset_after end) / 86400) as bigint)
      as reached_day
  from instants i
  join practice_months m on m.practice_no = i.practice_no
),
dated as (
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
    r.from_day,
    r.to_day,
    case when g.service_date = 'month_end' then r.last_day_of_life_or_month else d.reached_day end as service_day
  from reached r
  join day_of d
    on d.person_no = r.person_no and d.practice_no = r.practice_no and d.service = r.service
    and d.family = r.family and d.base_code = r.base_code
  cross join settings_in_force g
)
select
  person_no,
  practice_no,
  service,
  slot,
  family,
  family_rank,
  performer,
  under_service,
  base_code,
  add_on_code,
  add_on_units,
  service_day
from dated
where service_day >= from_day and service_day <= to_day
