-- Care months with the last day whose time may still count: of the month, of life, before a stay without end in the month, of
-- consent. Before the month's first day: no time may count any more.
-- key: care_no
-- reads: standings, practice_months, person_stays, consent_states, rule_time
with stays_to_the_end as (
  select s.care_no, min(b.start_day) as start_day
  from standings s
  join rule_time r
    on r.service = s.service and r.rule = 'countable-setting' and r.from_day <= :last_day and r.to_day >= :last_day
  join person_stays b
    on b.person_no = s.person_no and b.kind = r.detail and b.start_day <= s.last_day_of_life_or_month
    and (b.end_day is null or b.end_day >= s.last_day_of_life_or_month)
  group by s.care_no
),
consents_that_end as (
  select s.care_no,
    cast(floor((c.ended_at - 1 + case when c.ended_at < m.switch_s then m.offset_before else m.offset_after end) / 86400)
      as bigint) as end_day
  from standings s
  join rule_time r
    on r.service = s.service and r.rule = 'consent-active' and r.from_day <= :last_day and r.to_day >= :last_day
  join consent_states c on c.care_no = s.care_no
  join practice_months m on m.practice_no = s.practice_no
  where c.ended_at > m.start_s and c.ended_at < m.end_s
)
select s.care_no, s.panel_no, s.person_no, s.practice_no, s.service, s.mode, s.bundled_code, s.bundled_seconds, s.seconds,
  s.practitioner_seconds, s.conditions, s.decision_level, s.which_month, s.last_day_of_life_or_month as price_day,
  least(s.last_day_of_life_or_month, coalesce(e.start_day - 1, cast(:last_day as bigint)),
    coalesce(c.end_day, cast(:last_day as bigint))) as by_day
from standings s
left join stays_to_the_end e on e.care_no = s.care_no
left join consents_that_end c on c.care_no = s.care_no
