-- The codes that occur, each with its chronic categories by the value set in force, and the disease each category counts
-- as. Some codes are two diseases: E11.22 is diabetes and kidney disease. `counts` = 0: an event or acute disease, a
-- condition only where the record expects it to last.
-- key: code_system, code, category
-- reads: conditions, rule_snomed_conditions, rule_chronic_prefixes, rule_chronic_categories
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
  join rule_chronic_prefixes p on substr(i.bare, 1, length(p.prefix)) = p.prefix
    and p.from_day <= :last_day and p.to_day >= :last_day
  join rule_chronic_categories c on c.category = p.category
),
named as (
  select code_system, code, cast(count(distinct counts_as) as bigint) as diseases
  from matched
  where counts = 1
  group by code_system, code
)
select m.code_system, m.code, m.icd10cm, m.category, m.counts_as, m.counts, coalesce(n.diseases, cast(1 as bigint)) as diseases
from matched m
left join named n on n.code_system = m.code_system and n.code = m.code
