-- Pieces that lie in a closed window, with the window's rule (the first in this order where several apply).
-- key: entry_no, start_s
-- reads: pieces, closed_windows
select
  p.entry_no,
  p.start_s,
  min(case w.rule
    when 'alive' then '1alive'
    when 'consent-documented' then '2consent-documented'
    when 'consent-before-minutes' then '3consent-before-minutes'
    when 'consent-active' then '4consent-active'
    else '5countable-setting'
  end) as ranked_rule
from pieces p
join closed_windows w
  on w.care_no = p.care_no
  and w.start_s <= p.start_s and w.end_s >= p.end_s
group by p.entry_no, p.start_s
