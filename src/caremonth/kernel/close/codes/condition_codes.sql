-- The codes that occur, each with its chronic categories by the value set in force, and the disease each category counts
-- as. Some codes are two diseases: E11.22 is diabetes and kidney disease. `counts` = 0: an event or acute disease, or a
-- code in no category: a condition only where the record expects it to last. Numbered so that of two codes of one disease
-- the one that says least else comes first: then two diseases stand on a claim by two codes where they can.
-- key: condition_no
-- reads: conditions, rule_snomed_conditions, prefix_lengths, rule_chronic_prefixes, rule_chronic_categories
with occurring as (
  select distinct code_system, code from conditions
),
icd as (
  select o.code_system, o.code, replace(o.code, '.', '') as bare, o.code as icd10cm
  from occurring o
  where o.code_system = 'icd10cm'
  union all
  select o.code_system, o.code, replace(s.icd10cm, '.', '') as bare, s.icd10cm
  from occurring o
  join rule_snomed_conditions s on s.snomed = o.code and s.disease
  where o.code_system = 'snomed'
),
matched as (
  select distinct i.code_system, i.code, i.icd10cm, p.category, c.counts_as, case when c.counts then 1 else 0 end as counts
  from icd i
  join prefix_lengths n on n.characters <= length(i.bare)
  join rule_chronic_prefixes p on p.prefix = substr(i.bare, 1, n.characters)
    and p.from_day <= :last_day and p.to_day >= :last_day
  join rule_chronic_categories c on c.category = p.category
),
named as (
  select code_system, code, cast(count(distinct counts_as) as bigint) as diseases
  from matched
  where counts = 1
  group by code_system, code
),
listed as (
  select
    o.code_system,
    o.code,
    coalesce(m.category, 'code ' || o.code) as category,
    coalesce(m.counts_as, 'code ' || o.code) as counts_as,
    coalesce(m.counts, 0) as counts,
    coalesce(n.diseases, cast(1 as bigint)) as diseases,
    coalesce(m.icd10cm, case when o.code_system = 'icd10cm' then o.code end) as diagnosis
  from occurring o
  left join matched m on m.code_system = o.code_system and m.code = o.code
  left join named n on n.code_system = o.code_system and n.code = o.code
),
category_numbers as (
  select category, row_number() over (order by category) as category_no from (select distinct category from listed) c
),
disease_numbers as (
  select counts_as, row_number() over (order by counts_as) as disease_no from (select distinct counts_as from listed) d
),
shown_numbers as (
  select shown, row_number() over (order by shown) as shown_no
  from (select distinct coalesce(diagnosis, counts_as) as shown from listed) s
)
select
  cast(row_number() over (order by l.diseases, l.diagnosis, l.code_system, l.code, l.category) as bigint) as condition_no,
  l.code_system,
  l.code,
  l.category,
  cast(c.category_no as bigint) as category_no,
  cast(d.disease_no as bigint) as disease_no,
  cast(s.shown_no as bigint) as shown_no,
  l.counts,
  l.diagnosis
from listed l
join category_numbers c on c.category = l.category
join disease_numbers d on d.counts_as = l.counts_as
join shown_numbers s on s.shown = coalesce(l.diagnosis, l.counts_as)
