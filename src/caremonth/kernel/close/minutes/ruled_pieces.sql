-- Every piece of time with the rule that sets it aside, or null: then its seconds count. Counted pieces of one person
-- and service never overlap.
-- key: none (set-aside pieces may be equal)
-- reads: plain_pieces, single_pieces, shared_pieces
select person_no, practice_no, staff_no, service, role_no, live_contact, start_s, end_s, set_aside from plain_pieces
union all
select person_no, practice_no, staff_no, service, role_no, live_contact, start_s, end_s, set_aside
from single_pieces where not person_overlap
union all
select person_no, practice_no, staff_no, service, role_no, live_contact, start_s, end_s, set_aside from shared_pieces
