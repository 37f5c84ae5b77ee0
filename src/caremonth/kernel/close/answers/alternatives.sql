-- Every lawful way to code a care month, with its amount, and whether it is billed, chosen or why it was not chosen.
-- key: person_id, practice_id, service, slot, family
-- reads: options, care_months, choices, line_choices, persons, practice_months
select
  p.person_id,
  m.practice_id,
  c.service,
  o.slot,
  o.family,
  o.performer,
  o.base_code,
  o.add_on_code,
  o.add_on_units,
  o.amount_cents,
  case
    when l.family = o.family then 'billed'
    when h.family = o.family and l.base_code is not null then 'gives way to ' || l.base_code
    when h.family = o.family then 'chosen, but held'
    when o.under_service <> '' then 'only where ' || o.under_service || ' is billed'
    when h.performer <> o.performer and (h.performer = 'practitioner' or o.performer = 'practitioner')
      and h.amount_cents >= o.amount_cents then 'lawful, allowed no more than the one chosen'
    when h.performer = 'practitioner' then 'the practitioner worked alone and reached the practitioner code'
    else 'the month is what is documented'
  end as standing
from options o
join care_months c on c.care_no = o.care_no
join persons p on p.person_no = c.person_no
join practice_months m on m.practice_no = c.practice_no
left join choices h
  on h.care_no = o.care_no and h.slot = o.slot
  and h.under_service = o.under_service
left join line_choices l
  on l.care_no = o.care_no and l.slot = o.slot
