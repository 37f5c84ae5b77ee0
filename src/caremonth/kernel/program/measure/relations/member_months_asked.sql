-- Yields: member-months of the year for each measure counted by them, of people whose age on the month's last day
-- fits. Key: measure, person_id. Inputs: enrolled_months, people, calendar, program_measures.
select
    measures.measure,
    months.person_id,
    max(cast(floor((ended.ymd - born.ymd) / 10000) as bigint)) as age,
    cast(count(*) as bigint) as member_months
from enrolled_months as months
join people on people.person_id = months.person_id
join calendar as born on born.day = people.birth_date
join calendar as ended on ended.day = months.last_day
join program_measures as measures
    on measures.kind in ('emergency_visits', 'admissions')
    and cast(floor((ended.ymd - born.ymd) / 10000) as bigint) between measures.from_age and measures.to_age
    and (measures.sex = '' or measures.sex = people.sex)
where months.in_year
group by measures.measure, months.person_id
