-- The first contested second of each care month and rule, with the people and staff whose entries claim it.
-- key: care_no, rule_no, entry_person_no, entry_staff_no
-- reads: shared_pieces, single_pieces, staff_clashes, tangled_entries
with ruled as (
  select entry_no, care_no, start_s, set_aside_no
  from shared_pieces
  where set_aside_no in (5, 11) -- one-clock, one-service-per-minute
  union all
  select entry_no, care_no, start_s, set_aside_no
  from single_pieces
  where not person_overlap and set_aside_no = 5 -- one-clock
),
firsts as (
  select care_no, set_aside_no, min(start_s) as start_s
  from ruled
  group by care_no, set_aside_no
),
first_pieces as (
  select r.entry_no, r.care_no, e.panel_no, r.set_aside_no as rule_no, r.start_s
  from ruled r
  join firsts f
    on f.care_no = r.care_no
    and f.set_aside_no = r.set_aside_no and f.start_s = r.start_s
  join tangled_entries e on e.entry_no = r.entry_no
),
claims as (
  select entry_no, care_no, rule_no, start_s from first_pieces
  union
  select c.other_entry_no as entry_no, p.care_no, p.rule_no, p.start_s
  from first_pieces p
  join staff_clashes c on c.entry_no = p.entry_no and c.start_s <= p.start_s and c.end_s > p.start_s
  where p.rule_no = 5 -- one-clock
  union
  select o.entry_no, p.care_no, p.rule_no, p.start_s
  from first_pieces p
  join single_pieces o
    on o.panel_no = p.panel_no and o.start_s = p.start_s
)
select distinct c.care_no, c.rule_no, c.start_s, t.person_no as entry_person_no,
  t.staff_no as entry_staff_no
from claims c
join tangled_entries t on t.entry_no = c.entry_no
