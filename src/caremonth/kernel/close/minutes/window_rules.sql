-- Pieces that lie in a closed window, with the window's rule (the first by name where several apply).
-- key: time_entry_id, start_s
-- reads: pieces, closed_windows
select
  p.time_entry_id,
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
  on w.person_id = p.person_id and w.practice_id = p.practice_id and w.service = p.service
  and w.start_s <= p.start_s and w.end_s >= p.end_s
group by p.time_entry_id, p.start_s
