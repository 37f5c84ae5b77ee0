-- Consents. One without a practice is the person's own practice's. Where a site counts the minutes after a withdrawal
-- (setting minutes_after_revocation), one withdrawn in the month ends with the month. `in_month` = 1: it stood on some
-- day of the month.
-- key: none
-- reads: consents, persons, practice_months, services, settings_in_force
with placed as (
  select
    p.person_no * :person_step + m.practice_no * :practice_step + s.service_no as care_no,
    c.service,
    c.given_at,
    case
      when g.minutes_after_revocation = 'count' and c.revoked_at >= m.start_s and c.revoked_at < m.end_s then m.end_s
      else coalesce(c.revoked_at, cast(:never_s as bigint))
    end as ended_at,
    m.start_s,
    m.end_s
  from consents c
  join persons p on p.person_id = c.person_id
  join services s on s.service = c.service
  left join practice_months n on n.practice_id = c.practice_id
  join practice_months m on m.practice_no = coalesce(n.practice_no, p.practice_no)
  cross join settings_in_force g
)
select
  care_no,
  service,
  given_at,
  ended_at,
  case when given_at < end_s then 1 else 0 end as given,
  case when given_at < end_s and ended_at > start_s then 1 else 0 end as in_month
from placed
