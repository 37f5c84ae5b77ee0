-- apcm-level: with two or more conditions the level turns on QMB status; where nobody has said, the lower is billed.
-- reads: asked
select care_no, '' as slot, 'apcm-level' as rule, 'unknown' as verdict,
  'QMB status not on file' as observed, 'QMB status known, where there are two or more conditions' as required
from asked
where rule = 'apcm-level' and conditions >= 2 and qmb is null and mode is not null
