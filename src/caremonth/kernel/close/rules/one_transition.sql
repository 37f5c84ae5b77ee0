-- duplicate-claim: transitional care is billed once in the thirty days that begin with a discharge; the patient who comes
-- back within them is still in the same transition.
-- reads: asked, discharges, calendar
select a.care_no, d.slot, 'duplicate-claim' as rule, 'no' as verdict,
  'discharge of ' || coalesce(c.iso, 'this month') || ' within thirty days of the one of ' || coalesce(w.iso, 'before')
    as observed,
  'one transition in thirty days' as required
from asked a
join discharges d on d.care_no = a.care_no
left join calendar c on c.day = d.discharge_day
left join calendar w on w.day = d.window_of
where a.rule = 'duplicate-claim' and a.service = 'tcm' and d.window_of is not null
