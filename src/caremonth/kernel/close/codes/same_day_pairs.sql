-- Codes that the month may bill beside a service of the practice's own on the same day (a visit, or a claim already
-- billed), where the national edits pair the two. `our_column` = 2: the other is paid and ours is not; 1: the other way
-- round. `modifier` = 1: a modifier may say that the work was distinct.
-- key: care_no, place, code, other_code, our_column
-- reads: care_months, choices, person_claims, person_visits, rule_code_pairs
with coded as (
  select care_no, slot, base_code as code, service_day,
    slot || case when under_service = '' then '' else ' under ' || under_service end as place
  from choices
  union all
  select care_no, slot, add_on_code as code, service_day,
    slot || case when under_service = '' then '' else ' under ' || under_service end || ' add-on' as place
  from choices
  where add_on_units > 0
),
own as (
  select panel_no, service_day, code from person_claims
  where practice_no <> 0 and service_day >= :first_day and service_day <= :last_day
  union
  select panel_no, service_day, code from person_visits where service_day >= :first_day
),
met as (
  select k.care_no, k.slot, k.place, k.code, k.service_day, o.code as other_code
  from coded k
  join care_months c on c.care_no = k.care_no
  join own o on o.panel_no = c.panel_no and o.service_day = k.service_day
  where o.code <> k.code
)
select m.care_no, m.slot, m.place, m.code, m.service_day, m.other_code, 1 as our_column,
  case when r.modifier_allowed then 1 else 0 end as modifier
from met m
join rule_code_pairs r
  on r.column1 = m.code and r.column2 = m.other_code and r.from_day <= m.service_day and r.to_day >= m.service_day
union all
select m.care_no, m.slot, m.place, m.code, m.service_day, m.other_code, 2 as our_column,
  case when r.modifier_allowed then 1 else 0 end as modifier
from met m
join rule_code_pairs r
  on r.column2 = m.code and r.column1 = m.other_code and r.from_day <= m.service_day and r.to_day >= m.service_day
