-- one-condition: the one complex chronic condition that principal care management is about.
-- reads: asked
select care_no, '' as slot, 'one-condition' as rule,
  case when conditions >= number then 'yes' else 'no' end as verdict,
  cast(conditions as varchar) as observed,
  cast(number as varchar) || ' chronic condition' as required
from asked
where rule = 'one-condition' and (conditions < number or :all_findings)
