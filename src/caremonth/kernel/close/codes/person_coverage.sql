-- The coverage a care month is billed to: the first by rank that is in force on the service date; else, to say so, the
-- one that ended last (covered = 0).
-- key: person_no, practice_no, service
-- reads: service_days, person_coverage_spans
with ranked as (
  select
    s.person_no, s.practice_no, s.service, c.payer_id, c.product,
    case when c.start_day <= s.service_day and c.end_day >= s.service_day then 1 else 0 end as covered,
    row_number() over (
      partition by s.person_no, s.practice_no, s.service
      order by
        case when c.start_day <= s.service_day and c.end_day >= s.service_day then 0 else 1 end,
        c.rank,
        c.start_day desc,
        c.payer_id,
        c.product
    ) as place
  from service_days s
  join person_coverage_spans c on c.person_no = s.person_no
)
select person_no, practice_no, service, payer_id, product, covered from ranked where place = 1
