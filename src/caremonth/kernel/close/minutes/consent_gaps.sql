-- When there was no consent: before the first, and from each withdrawal to the next consent (or for good).
-- key: care_no, start_s
-- reads: consent_states, person_consents
with ordered as (
  select
    p.care_no,
    p.service,
    p.given_at,
    max(p.ended_at) over (
      partition by p.care_no order by p.given_at, p.ended_at rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from consent_states s
  join person_consents p on p.care_no = s.care_no
  where s.consents > 1
)
select care_no, service, 'consent-before-minutes' as rule, cast(0 as bigint) as start_s, given_at as end_s
from consent_states
where given_at > :earliest_s
union all
select care_no, service, 'consent-active' as rule, earlier_end_s as start_s, given_at as end_s
from ordered
where earlier_end_s < given_at
union all
select care_no, service, 'consent-active' as rule, ended_at as start_s, cast(:never_s as bigint) as end_s
from consent_states
where ended_at < :latest_s
