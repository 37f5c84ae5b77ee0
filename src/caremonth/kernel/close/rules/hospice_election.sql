-- hospice: an election in the month holds the care month until someone has looked at it.
-- reads: asked, stays, calendar
with judged as (
  select a.person_id, a.practice_id, a.service, min(s.start_date) as elected_day
  from asked a
  join stays s
    on s.person_id = a.person_id and s.kind = 'hospice' and s.start_date <= :last_day
    and (s.end_date is null or s.end_date >= :first_day)
  where a.rule = 'hospice'
  group by a.person_id, a.practice_id, a.service
)
select j.person_id, j.practice_id, j.service, '' as slot, 'hospice' as rule, 'unknown' as verdict,
  'hospice elected ' || coalesce(c.iso, 'earlier') as observed,
  'a review of what the hospice covers' as required
from judged j
left join calendar c on c.day = j.elected_day
