-- apcm-level: with two or more conditions the level turns on QMB status; where nobody has said, the lower is billed.
-- reads: asked, standings, qualified_beneficiaries
select s.person_no, s.practice_no, s.service, '' as slot, 'apcm-level' as rule, 'unknown' as verdict,
  'QMB status not on file' as observed, 'QMB status known, where there are two or more conditions' as required
from standings s
join asked a
  on a.person_no = s.person_no and a.practice_no = s.practice_no and a.service = s.service and a.rule = 'apcm-level'
where s.conditions >= 2 and not exists (select 1 from qualified_beneficiaries q where q.person_no = s.person_no)
