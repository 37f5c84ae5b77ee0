-- code-in-force: a code of the service existed, and this kind of practice could bill it, on the service date.
-- reads: service_days, codes_in_force, practice_modes
with judged as (
  select s.person_no, s.practice_no, s.service, s.kind,
    case when m.mode = 'not_payable' or m.mode is null then 'no' when cast(count(f.base_code) as bigint) = 0 then 'no' else 'yes' end as verdict
  from service_days s
  left join practice_modes m on m.practice_no = s.practice_no and m.service = s.service
  left join codes_in_force f on f.service = s.service
  group by s.person_no, s.practice_no, s.service, s.kind, m.mode
)
select person_no, practice_no, service, '' as slot, 'code-in-force' as rule, verdict,
  case verdict when 'yes' then 'codes in force' else 'no code of ' || service || ' in force for a ' || kind end as observed,
  'a code in force on the service date' as required
from judged
where verdict <> 'yes' or :all_findings
