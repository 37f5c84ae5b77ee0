-- one-condition: the one complex chronic condition that principal care management is about.
-- reads: asked, condition_counts
with judged as (
  select a.person_id, a.practice_id, a.service, a.number, coalesce(n.conditions, cast(0 as bigint)) as conditions
  from asked a
  left join condition_counts n on n.person_id = a.person_id
  where a.rule = 'one-condition'
)
select person_id, practice_id, service, '' as slot, 'one-condition' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic condition' as required
from judged
where conditions < number or :all_findings
