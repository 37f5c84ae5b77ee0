-- The coverage a care month is billed to: the first by rank that is in force on the service date, with one of another
-- payer or product that has the same rank that day (`rival`: who is first is not on file); else, to say so, the one that
-- ended last (covered = 0).
-- key: care_no
-- reads: evidence, person_coverage_spans
with ranked as (
  select
    s.care_no, c.payer_id, c.product, c.rank,
    case when c.start_day <= s.service_day and c.end_day >= s.service_day then 1 else 0 end as covered,
    row_number() over (
      partition by s.care_no
      order by
        case when c.start_day <= s.service_day and c.end_day >= s.service_day then 0 else 1 end,
        c.rank,
        c.start_day desc,
        c.payer_id,
        c.product
    ) as place
  from evidence s
  join person_coverage_spans c on c.person_no = s.person_no
),
rivals as (
  select f.care_no, min(o.payer_id || ' (' || o.product || ')') as rival
  from ranked o
  join ranked f on f.care_no = o.care_no and f.rank = o.rank and f.place = 1
  where o.place > 1 and o.covered = 1 and (o.payer_id <> f.payer_id or o.product <> f.product)
  group by f.care_no
)
select f.care_no, f.payer_id, f.product, f.covered, r.rival
from ranked f
left join rivals r on r.care_no = f.care_no
where f.place = 1
