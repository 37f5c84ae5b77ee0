-- The coverage a care month is billed to: the first by rank that is in force on the service date; else, to say so, the
-- one that ended last (covered = 0).
-- key: person_id, practice_id, service
-- reads: service_days, coverage
with ranked as (
  select
    s.person_id, s.practice_id, s.service, c.payer_id, c.product,
    case when c.start_date <= s.service_day and (c.end_date is null or c.end_date >= s.service_day) then 1 else 0 end
      as covered,
    row_number() over (
      partition by s.person_id, s.practice_id, s.service
      order by
        case when c.start_date <= s.service_day and (c.end_date is null or c.end_date >= s.service_day) then 0 else 1 end,
        coalesce(c.rank, cast(1 as bigint)),
        c.start_date desc,
        c.payer_id,
        c.product
    ) as place
  from service_days s
  join coverage c on c.person_id = s.person_id
)
select person_id, practice_id, service, payer_id, product, covered from ranked where place = 1
