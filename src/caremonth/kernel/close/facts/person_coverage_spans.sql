-- Coverage spans, with their rank (1 = primary).
-- key: none
-- reads: coverage, persons
select
  p.person_no,
  c.payer_id,
  c.product,
  cast(c.start_date as bigint) as start_day,
  cast(coalesce(c.end_date, 2932896) as bigint) as end_day,
  coalesce(c.rank, cast(1 as bigint)) as rank,
  c.qmb
from coverage c
join persons p on p.person_id = c.person_id
