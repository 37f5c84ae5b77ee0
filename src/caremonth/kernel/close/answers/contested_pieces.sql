-- The first contested second of each care month and rule, with the people and staff whose entries claim it.
-- key: person_no, practice_no, service, rule, entry_person_no, entry_staff_no
-- reads: shared_pieces, single_pieces, staff_clashes, tangled_entries
with ruled as (
  select entry_no, person_no, practice_no, service, start_s, set_aside from shared_pieces
  union all
  select entry_no, person_no, practice_no, service, start_s, set_aside from single_pieces where not person_overlap
),
claims as (
  select r.person_no, r.practice_no, r.service, r.set_aside as rule, r.start_s, t.person_no as entry_person_no,
    t.staff_no as entry_staff_no
  from ruled r
  join staff_clashes c on c.entry_no = r.entry_no and c.start_s <= r.start_s and c.end_s > r.start_s
  join tangled_entries t on t.entry_no in (c.entry_no, c.other_entry_no)
  where r.set_aside = 'one-clock'
  union
  select r.person_no, r.practice_no, r.service, r.set_aside as rule, r.start_s, o.person_no as entry_person_no,
    o.staff_no as entry_staff_no
  from ruled r
  join single_pieces o
    on o.person_no = r.person_no and o.practice_no = r.practice_no and o.start_s = r.start_s
  where r.set_aside in ('one-clock', 'one-service-per-minute')
),
firsts as (
  select person_no, practice_no, service, rule, min(start_s) as start_s
  from claims
  group by person_no, practice_no, service, rule
)
select distinct c.person_no, c.practice_no, c.service, c.rule, c.start_s, c.entry_person_no, c.entry_staff_no
from claims c
join firsts f
  on f.person_no = c.person_no and f.practice_no = c.practice_no and f.service = c.service and f.rule = c.rule
  and f.start_s = c.start_s
