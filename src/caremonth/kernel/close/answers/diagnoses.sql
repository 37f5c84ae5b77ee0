-- The conditions managed, as a claim names them: up to twelve diagnosis codes in a fixed order, joined by ';'.
-- key: person_no
-- reads: line_choices, condition_categories
with billed as (
  select distinct person_no from line_choices
),
named as (
  select distinct c.person_no, c.diagnosis
  from condition_categories c
  join billed b on b.person_no = c.person_no
  where c.diagnosis is not null
),
numbered as (
  select
    person_no, diagnosis, cast(row_number() over (partition by person_no order by diagnosis) as bigint) as place
  from named
)
select
  person_no,
  max(case when place = 1 then diagnosis else '' end)
    || max(case when place = 2 then ';' || diagnosis else '' end)
    || max(case when place = 3 then ';' || diagnosis else '' end)
    || max(case when place = 4 then ';' || diagnosis else '' end)
    || max(case when place = 5 then ';' || diagnosis else '' end)
    || max(case when place = 6 then ';' || diagnosis else '' end)
    || max(case when place = 7 then ';' || diagnosis else '' end)
    || max(case when place = 8 then ';' || diagnosis else '' end)
    || max(case when place = 9 then ';' || diagnosis else '' end)
    || max(case when place = 10 then ';' || diagnosis else '' end)
    || max(case when place = 11 then ';' || diagnosis else '' end)
    || max(case when place = 12 then ';' || diagnosis else '' end) as diagnoses
from numbered
where place <= 12
group by person_no
