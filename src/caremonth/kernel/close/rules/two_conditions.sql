-- two-conditions: chronic conditions expected to last twelve months or until death, each counted once.
-- reads: asked
select care_no, '' as slot, 'two-conditions' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic conditions' as required
from asked
where rule = 'two-conditions' and (conditions < number or :all_findings)
