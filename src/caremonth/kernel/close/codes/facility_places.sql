-- Practices whose place of service is paid at the facility rate.
-- key: practice_no
-- reads: practice_months, rule_places
select m.practice_no, max(case when r.facility then 1 else 0 end) as facility
from practice_months m
left join rule_places r
  on r.place_of_service = m.place_of_service and r.from_day <= :last_day and r.to_day >= :last_day
group by m.practice_no
