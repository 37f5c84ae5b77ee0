-- The coverage a care month is billed to: the first by rank that is in force on the service date; else, to say so, the
-- one that ended last (covered = 0).
-- key: care_no
-- reads: evidence, person_coverage_spans
with ranked as (
  select
    s.care_no, c.payer_id, c.product,
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
)
select care_no, payer_id, product, covered from ranked where place = 1
