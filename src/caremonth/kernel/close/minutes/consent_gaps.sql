-- When there was no consent: before the first, and from each withdrawal to the next consent (or for good).
-- key: care_no, start_s
-- reads: person_consents
with ordered as (
  select
    care_no,
    service,
    given_at,
    max(ended_at) over (
      partition by care_no order by given_at, ended_at rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from person_consents
)
select
  care_no,
  service,
  case when earlier_end_s is null then 'consent-before-minutes' else 'consent-active' end as rule,
  coalesce(earlier_end_s, cast(0 as bigint)) as start_s,
  given_at as end_s
from ordered
where (earlier_end_s is null and given_at > :earliest_s) or earlier_end_s < given_at
union all
select care_no, service, 'consent-active' as rule, max(ended_at) as start_s, cast(:never_s as bigint) as end_s
from person_consents
group by care_no, service
having max(ended_at) < :latest_s
