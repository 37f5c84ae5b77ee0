-- code-in-force: a code of the service existed, and this kind of practice could bill it, on the service date.
-- reads: evidence, codes_in_force, practice_modes
with coded as (
  select distinct service from codes_in_force
),
judged as (
  select s.care_no, s.service, s.kind,
    case when m.mode = 'not_payable' or m.mode is null or f.service is null then 'no' else 'yes' end as verdict
  from evidence s
  left join practice_modes m on m.practice_no = s.practice_no and m.service = s.service
  left join coded f on f.service = s.service
)
select care_no, '' as slot, 'code-in-force' as rule, verdict,
  case verdict when 'yes' then 'codes in force' else 'no code of ' || service || ' in force for a ' || kind end as observed,
  'a code in force on the service date' as required
from judged
where verdict <> 'yes' or :all_findings
