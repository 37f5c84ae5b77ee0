-- Each piece with what sets it aside when it is looked at by itself (null = nothing does).
-- key: entry_no, start_s
-- reads: pieces, window_rules, clashing_pieces
select
  p.entry_no, p.care_no, p.panel_no, p.service, p.staff_no, p.role_no, p.live_contact, p.precedence, p.person_overlap,
  p.start_s, p.end_s,
  case
    when p.set_aside_no is not null then p.set_aside_no
    when c.entry_no is not null then 5 -- one-clock
    else w.rule_no
  end as set_aside_no
from pieces p
left join window_rules w on w.entry_no = p.entry_no and w.start_s = p.start_s
left join clashing_pieces c on c.entry_no = p.entry_no and c.start_s = p.start_s
