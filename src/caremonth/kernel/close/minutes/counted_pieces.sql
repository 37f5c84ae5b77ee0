-- Time that counts, piece by piece: no two pieces of one care month overlap.
-- key: care_no, start_s
-- kept: never (eight million rows that each reader looks up by care month)
-- reads: plain_entries, ruled_pieces
select care_no, staff_no, role_no, start_s, end_s from plain_entries
union all
select care_no, staff_no, role_no, start_s, end_s from ruled_pieces where set_aside_no is null
