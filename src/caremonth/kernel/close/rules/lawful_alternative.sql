-- one-family, pcm-performer: one family of codes a month. In a mixed month the staff's and the practitioner's are both
-- lawful: one is billed, the other is named. So is another family that this practice has already billed.
-- reads: asked, care_months, choices, options, rivals, work, person_claims, rule_codes
with others as (
  select h.care_no, h.slot, h.base_code, o.base_code || ' is reached too' as observed,
    row_number() over (
      partition by h.care_no, h.slot order by o.family_rank, o.family
    ) as place
  from choices h
  join rivals t on t.care_no = h.care_no and t.slot = h.slot and t.under_service = h.under_service
  join work w on w.care_no = h.care_no and w.seconds > w.practitioner_seconds
  join options o
    on o.care_no = h.care_no and o.slot = h.slot and o.under_service = h.under_service
    and case when o.performer = 'practitioner' then 1 else 0 end <> case when h.performer = 'practitioner' then 1 else 0 end
  union all
  select h.care_no, h.slot, h.base_code,
    min(c.code) || ' is already billed by this practice' as observed, cast(1 as bigint) as place
  from choices h
  join care_months m on m.care_no = h.care_no
  join person_claims c
    on c.panel_no = m.panel_no and c.practice_no <> 0
    and c.service_day >= :first_day and c.service_day <= :last_day
  join rule_codes r
    on r.code = c.code and r.service = m.service and r.slot = h.slot and r.family <> h.family
    and r.from_day <= c.service_day and r.to_day >= c.service_day
  group by h.care_no, h.slot, h.base_code
)
select o.care_no, o.slot, a.rule, 'no' as verdict, o.observed,
  'the month is coded as ' || o.base_code as required
from others o
join asked a
  on a.care_no = o.care_no
  and a.rule in ('one-family', 'pcm-performer')
where o.place = 1
