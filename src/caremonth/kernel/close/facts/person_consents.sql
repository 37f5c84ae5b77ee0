-- Consents. One without a practice is the person's own practice's. Where a site counts the minutes after a withdrawal
-- (setting minutes_after_revocation), one withdrawn in the month ends with the month.
-- key: none
-- reads: consents, persons, practice_months, settings_in_force
select
  p.person_no,
  m.practice_no,
  c.service,
  c.given_at,
  case
    when g.minutes_after_revocation = 'count' and c.revoked_at >= m.start_s and c.revoked_at < m.end_s then m.end_s
    else coalesce(c.revoked_at, cast(:never_s as bigint))
  end as ended_at
from consents c
join persons p on p.person_id = c.person_id
left join practice_months n on n.practice_id = c.practice_id
join practice_months m on m.practice_no = coalesce(n.practice_no, p.practice_no)
cross join settings_in_force g
