-- How much more counted time would alter how a care month is coded: so much by a role, and a base code not reached or one more
-- unit of an add-on is billed. `performer`: whose time does it (practitioner, clinical_staff; staff: either). `in_place_of`:
-- the base code that it drives out, or empty; `amount_cents` and `amount_before` are what is allowed then and now. `by_day`: the
-- last day whose time may count. `held` = 1: something else than time keeps the line from being billed. (Where the practitioner
-- worked alone and the staff's codes are allowed more already, the alternatives say so; more time is not what is missing.)
-- key: person_id, practice_id, service, slot, family, code, performer
-- reads: workable_months, nearest_trials, options, choices, prices, persons, practice_months, practice_modes, line_choices,
-- billable, blocked, services, care_months, person_coverage, payer_terms, rule_service_conflicts
with driven_out as (
  select w.care_no, min(l.base_code) as base_code,
    cast(sum(l.base_cents + l.add_on_units * coalesce(l.add_on_cents, cast(0 as bigint))) as bigint) as cents
  from workable_months w
  join rule_service_conflicts r
    on r.winner = w.service and r."when" = 'billable' and r.from_day <= w.price_day and r.to_day >= w.price_day
  join services n on n.service = r.loser
  join line_choices l on l.care_no = w.panel_no + n.service_no
  group by w.care_no
),
gained as (
  select r.care_no, r.slot, r.family, r.code, r.missing_s, min(r.role) as first_role, max(r.role) as last_role,
    r.base_code, r.amount_cents,
    coalesce(case when h.base_code is null then d.base_code when h.base_code <> r.base_code then h.base_code end, '')
      as in_place_of,
    case when h.base_code is null then d.cents else h.amount_cents end as amount_before
  from nearest_trials r
  left join choices h on h.care_no = r.care_no and h.slot = r.slot and h.under_service = ''
  left join driven_out d on d.care_no = r.care_no
  where (
    (r.code = r.base_code and (h.base_code is null or h.base_code <> r.code))
    or (r.code = r.add_on_code and r.add_on_units > case when h.add_on_code = r.code then h.add_on_units else 0 end)
  )
  and not exists (
    select 1 from options o
    where o.care_no = r.care_no and o.slot = r.slot and o.under_service = '' and h.performer = 'practitioner'
      and o.performer <> 'practitioner' and o.amount_cents > h.amount_cents and r.base_code <> h.base_code
  )
  group by r.care_no, r.slot, r.family, r.code, r.missing_s, r.base_code, r.amount_cents, h.base_code, h.amount_cents,
    d.base_code, d.cents
),
bundles_billed as (
  select c.panel_no, l.base_code, cast(count(1) as bigint) as units
  from line_choices l
  join care_months c on c.care_no = l.care_no
  where l.family = 'bundled'
  group by c.panel_no, l.base_code
),
found as (
  select care_no, slot, family, code, missing_s,
    case when first_role = last_role then first_role else 'staff' end as performer, in_place_of, amount_cents, amount_before
  from gained
  union all
  select w.care_no, 'time' as slot, 'bundled' as family, w.bundled_code as code, w.bundled_seconds - w.seconds as missing_s,
    'staff' as performer, '' as in_place_of, k.cents as amount_cents, cast(null as bigint) as amount_before
  from workable_months w
  join practice_modes d on d.practice_no = w.practice_no and d.service = w.service
  left join bundles_billed b on b.panel_no = w.panel_no and b.base_code = w.bundled_code
  left join prices k
    on k.practice_no = w.practice_no and k.code = w.bundled_code and k.from_day <= w.price_day and k.to_day >= w.price_day
  where w.mode = 'bundled' and w.by_day >= :first_day and w.seconds < w.bundled_seconds
    and coalesce(b.units, cast(0 as bigint)) < d.month_units
    and not exists (select 1 from driven_out o where o.care_no = w.care_no)
)
select
  p.person_id,
  m.practice_id,
  w.service,
  t.slot,
  t.family,
  t.performer,
  t.code,
  t.missing_s,
  k.cents,
  t.in_place_of,
  t.amount_cents,
  t.amount_before,
  w.by_day,
  case when exists (
      select 1 from blocked b
      where b.care_no = t.care_no and b.rule <> 'threshold-reached'
        and (b.slot = '' or b.slot = t.slot or b.slot = t.slot || ' add-on')
    ) or exists (
      select 1
      from rule_service_conflicts r
      join services n on n.service = r.winner
      join billable b on b.care_no = w.panel_no + n.service_no
      where r.loser = w.service and r."when" = 'billable' and r.from_day <= w.price_day and r.to_day >= w.price_day
    ) or exists (
      select 1
      from person_coverage c
      join payer_terms y on y.payer_id = c.payer_id and y.product = c.product
      where c.care_no = t.care_no and c.covered = 1 and y.service = w.service and y.code = t.code and y.verdict <> 'yes'
    ) then 1 else 0 end as held
from found t
join workable_months w on w.care_no = t.care_no
join persons p on p.person_no = w.person_no
join practice_months m on m.practice_no = w.practice_no
left join prices k
  on k.practice_no = w.practice_no and k.code = t.code and k.from_day <= w.price_day and k.to_day >= w.price_day
