-- The first two entries that contest a minute, so that someone can correct one of them.
-- key: person_id, practice_id, service, rule
-- reads: ruled_pieces, staff_clashes
with pairs as (
  select r.person_id, r.practice_id, r.service, r.set_aside as rule, r.time_entry_id, c.other_entry_id
  from ruled_pieces r
  join staff_clashes c
    on c.time_entry_id = r.time_entry_id and c.start_s <= r.start_s and c.end_s >= r.end_s
  where r.set_aside = 'one-clock'
  union all
  select r.person_id, r.practice_id, r.service, r.set_aside as rule, r.time_entry_id, o.time_entry_id as other_entry_id
  from ruled_pieces r
  join ruled_pieces o
    on o.person_id = r.person_id and o.practice_id = r.practice_id and o.start_s = r.start_s
    and o.time_entry_id <> r.time_entry_id
  where r.set_aside in ('one-clock', 'one-service-per-minute')
),
numbered as (
  select person_id, practice_id, service, rule, time_entry_id, other_entry_id,
    row_number() over (
      partition by person_id, practice_id, service, rule order by time_entry_id, other_entry_id
    ) as place
  from pairs
)
select person_id, practice_id, service, rule, 'entries ' || time_entry_id || ' and ' || other_entry_id as entries
from numbered
where place = 1
