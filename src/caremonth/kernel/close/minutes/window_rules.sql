-- Pieces that lie in a closed window, with the window's rule (the first by its number where several apply).
-- key: entry_no, start_s
-- reads: pieces, closed_windows, set_aside_rules
select p.entry_no, p.start_s, min(r.rule_no) as rule_no
from pieces p
join closed_windows w
  on w.care_no = p.care_no
  and w.start_s <= p.start_s and w.end_s >= p.end_s
join set_aside_rules r on r.rule = w.rule
group by p.entry_no, p.start_s
