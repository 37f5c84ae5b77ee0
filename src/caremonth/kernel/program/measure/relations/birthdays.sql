-- Yields: the day on which each person reaches each age that a measure asks for; who is born on 29 February reaches
-- it on 1 March of other years. Key: person_id, years. Inputs: people, calendar, program_measure_ages.
select
    people.person_id,
    ages.years,
    coalesce(birthday.day, day_after.day) as day
from people
join calendar as born on born.day = people.birth_date
join program_measure_ages as ages on ages.years >= 0
left join calendar as birthday on birthday.ymd = born.ymd + ages.years * 10000
left join calendar as day_after on day_after.ymd = born.ymd + ages.years * 10000 + 72
