-- The diagnosis codes of those who are billed, numbered in the order of the codes.
-- key: person_no, place
-- kept: always (its reader looks it up twelve times)
-- reads: line_choices, care_months, condition_categories, condition_codes
with billed as (
  select distinct m.person_no from line_choices l join care_months m on m.care_no = l.care_no
),
ordered_codes as (
  select diagnosis, row_number() over (order by diagnosis) as diagnosis_no
  from (select distinct diagnosis from condition_codes where diagnosis is not null) d
),
numbered_codes as (
  select k.condition_no, o.diagnosis_no
  from condition_codes k
  join ordered_codes o on o.diagnosis = k.diagnosis
),
named as (
  select distinct c.person_no, k.diagnosis_no
  from billed b
  join condition_categories c on c.person_no = b.person_no
  join numbered_codes k on k.condition_no = c.condition_no
),
placed as (
  select
    person_no, diagnosis_no, cast(row_number() over (partition by person_no order by diagnosis_no) as bigint) as place
  from named
)
select p.person_no, p.place, o.diagnosis
from placed p
join ordered_codes o on o.diagnosis_no = p.diagnosis_no
