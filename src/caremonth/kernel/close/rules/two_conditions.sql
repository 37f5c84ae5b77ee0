-- two-conditions: chronic conditions expected to last twelve months or until death, each counted once.
-- reads: asked, condition_counts
with judged as (
  select a.person_no, a.practice_no, a.service, a.number, coalesce(n.conditions, cast(0 as bigint)) as conditions
  from asked a
  left join condition_counts n on n.person_no = a.person_no
  where a.rule = 'two-conditions'
)
select person_no, practice_no, service, '' as slot, 'two-conditions' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic conditions' as required
from judged
where conditions < number or :all_findings
