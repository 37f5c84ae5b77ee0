-- hospice: an election in the month holds the care month until someone has looked at it.
-- reads: asked, person_stays, calendar
with judged as (
  select a.care_no, min(s.start_day) as elected_day
  from asked a
  join person_stays s
    on s.person_no = a.person_no and s.kind = 'hospice' and s.start_day <= :last_day
    and (s.end_day is null or s.end_day >= :first_day)
  where a.rule = 'hospice'
  group by a.care_no
)
select j.care_no, '' as slot, 'hospice' as rule, 'unknown' as verdict,
  'hospice elected ' || coalesce(c.iso, 'earlier') as observed,
  'a review of what the hospice covers' as required
from judged j
left join calendar c on c.day = j.elected_day
