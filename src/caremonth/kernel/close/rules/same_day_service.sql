-- duplicate-claim: what the practice has billed or done on that day already pays for this code, and no modifier parts the
-- two. Of the contract's rules this is the one it is a case of: the work is on a claim once.
-- reads: same_day_pairs
select care_no, place as slot, 'duplicate-claim' as rule, 'no' as verdict,
  min(other_code) || ' of the same day includes ' || code as observed, 'no such service on that day' as required
from same_day_pairs
where our_column = 2 and modifier = 0
group by care_no, place, code
