-- Care months of which no second may count: each window that is closed is closed all month long. `rule_no` is the rule that
-- speaks first.
-- key: care_no
-- reads: closed_windows, set_aside_rules
select w.care_no, min(r.rule_no) as rule_no
from closed_windows w
join set_aside_rules r on r.rule = w.rule
group by w.care_no
having max(case when w.start_s <= :earliest_s and w.end_s >= :latest_s then 0 else 1 end) = 0
