-- Every piece of a tangled care month's time with the rule that sets it aside, or null: then its seconds count. Counted
-- pieces of one care month never overlap.
-- key: none (set-aside pieces may be equal)
-- reads: single_pieces, shared_pieces
select care_no, staff_no, role_no, live_contact, start_s, end_s, set_aside_no from single_pieces where not person_overlap
union all
select care_no, staff_no, role_no, live_contact, start_s, end_s, set_aside_no from shared_pieces
