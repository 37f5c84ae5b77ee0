-- Pieces that one staff member's other chart contests.
-- key: entry_no, start_s
-- reads: pieces, staff_clashes
select distinct p.entry_no, p.start_s
from pieces p
join staff_clashes c on c.entry_no = p.entry_no and c.start_s <= p.start_s and c.end_s >= p.end_s
