-- Time that counts, in order, with the seconds reached by the end of each piece.
-- key: care_no, start_s
-- kept: never (eight million rows that each reader looks up by care month)
-- reads: plain_entries, ruled_pieces
select care_no, start_s, end_s, reached_s
from plain_entries
union all
select
  care_no,
  start_s,
  end_s,
  cast(sum(end_s - start_s) over (
    partition by care_no order by start_s rows between unbounded preceding and current row
  ) as bigint) as reached_s
from ruled_pieces
where set_aside_no is null
