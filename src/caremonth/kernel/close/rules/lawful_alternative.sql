-- one-family, pcm-performer: one family of codes a month. In a mixed month the staff's and the practitioner's are both
-- lawful: one is billed, the other is named. So is another family that this practice has already billed.
-- reads: asked, choices, options, work, person_claims, rule_codes
with others as (
  select h.person_no, h.practice_no, h.service, h.slot, h.base_code, o.base_code || ' is reached too' as observed,
    row_number() over (
      partition by h.person_no, h.practice_no, h.service, h.slot order by o.family_rank, o.family
    ) as place
  from choices h
  join work w
    on w.person_no = h.person_no and w.practice_no = h.practice_no and w.service = h.service
    and w.seconds > w.practitioner_seconds
  join options o
    on o.person_no = h.person_no and o.practice_no = h.practice_no and o.service = h.service and o.slot = h.slot
    and o.under_service = h.under_service
    and case when o.performer = 'practitioner' then 1 else 0 end <> case when h.performer = 'practitioner' then 1 else 0 end
  union all
  select h.person_no, h.practice_no, h.service, h.slot, h.base_code,
    min(c.code) || ' is already billed by this practice' as observed, cast(1 as bigint) as place
  from choices h
  join person_claims c
    on c.person_no = h.person_no and c.practice_no = h.practice_no
    and c.service_day >= :first_day and c.service_day <= :last_day
  join rule_codes r
    on r.code = c.code and r.service = h.service and r.slot = h.slot and r.family <> h.family
    and r.from_day <= c.service_day and r.to_day >= c.service_day
  group by h.person_no, h.practice_no, h.service, h.slot, h.base_code
)
select o.person_no, o.practice_no, o.service, o.slot, a.rule, 'no' as verdict, o.observed,
  'the month is coded as ' || o.base_code as required
from others o
join asked a
  on a.person_no = o.person_no and a.practice_no = o.practice_no and a.service = o.service
  and a.rule in ('one-family', 'pcm-performer')
where o.place = 1
