-- When there was no consent: before the first, and from each withdrawal to the next consent (or for good).
-- A practice's own consent counts; one without a practice is the person's own practice's.
-- key: person_id, practice_id, service, start_s
-- reads: consents, people
with spans as (
  select
    c.person_id,
    coalesce(c.practice_id, p.practice_id) as practice_id,
    c.service,
    c.given_at as start_s,
    coalesce(c.revoked_at, cast(:never_s as bigint)) as end_s
  from consents c
  join people p on p.person_id = c.person_id
),
ordered as (
  select
    person_id,
    practice_id,
    service,
    start_s,
    end_s,
    max(end_s) over (
      partition by person_id, practice_id, service order by start_s, end_s
      rows between unbounded preceding and 1 preceding
    ) as earlier_end_s
  from spans
)
select
  person_id,
  practice_id,
  service,
  case when earlier_end_s is null then 'consent-before-minutes' else 'consent-active' end as rule,
  coalesce(earlier_end_s, cast(0 as bigint)) as start_s,
  start_s as end_s
from ordered
where (earlier_end_s is null and start_s > :earliest_s) or earlier_end_s < start_s
union all
select
  person_id,
  practice_id,
  service,
  'consent-active' as rule,
  max(end_s) as start_s,
  cast(:never_s as bigint) as end_s
from spans
group by person_id, practice_id, service
having max(end_s) < :latest_s
