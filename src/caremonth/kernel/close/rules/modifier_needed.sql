-- modifier-needed: another service of the practice on the day of a code that is paired with it. Where the pair may be
-- unbundled, which line needs the modifier; where it may not, that the other line is not paid. A visit takes modifier 25,
-- any other service 59.
-- reads: same_day_pairs, rule_code_sets
with judged as (
  select p.care_no, p.slot, p.our_column, p.modifier,
    max(case when e.code is null then 0 else 1 end) as visit,
    min(p.other_code) as other_code, min(p.code) as code
  from same_day_pairs p
  left join rule_code_sets e
    on e.set_name = 'em_needing_25' and e.code = p.other_code and e.from_day <= p.service_day
    and e.to_day >= p.service_day
  where p.our_column = 1 or p.modifier = 1
  group by p.care_no, p.slot, p.our_column, p.modifier,
    case when e.code is null then 0 else 1 end
)
select care_no, slot, 'modifier-needed' as rule, 'no' as verdict,
  other_code || ' on the same day as ' || code as observed,
  case
    when modifier = 0 then other_code || ' not billed: it is part of ' || code || ' and no modifier parts them'
    when our_column = 2 then 'modifier 59 on ' || code || ', if the work was distinct'
    when visit = 1 then 'modifier 25 on the visit'
    else 'modifier 59 on ' || other_code || ', if the work was distinct'
  end as required
from judged
