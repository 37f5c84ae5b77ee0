-- The conditions managed, as a claim names them: up to twelve diagnosis codes in a fixed order, joined by ';'.
-- key: person_no
-- reads: numbered_diagnoses
select
  d1.person_no,
  d1.diagnosis
    || coalesce(';' || d2.diagnosis, '')
    || coalesce(';' || d3.diagnosis, '')
    || coalesce(';' || d4.diagnosis, '')
    || coalesce(';' || d5.diagnosis, '')
    || coalesce(';' || d6.diagnosis, '')
    || coalesce(';' || d7.diagnosis, '')
    || coalesce(';' || d8.diagnosis, '')
    || coalesce(';' || d9.diagnosis, '')
    || coalesce(';' || d10.diagnosis, '')
    || coalesce(';' || d11.diagnosis, '')
    || coalesce(';' || d12.diagnosis, '') as diagnoses
from numbered_diagnoses d1
left join numbered_diagnoses d2 on d2.person_no = d1.person_no and d2.place = 2
left join numbered_diagnoses d3 on d3.person_no = d1.person_no and d3.place = 3
left join numbered_diagnoses d4 on d4.person_no = d1.person_no and d4.place = 4
left join numbered_diagnoses d5 on d5.person_no = d1.person_no and d5.place = 5
left join numbered_diagnoses d6 on d6.person_no = d1.person_no and d6.place = 6
left join numbered_diagnoses d7 on d7.person_no = d1.person_no and d7.place = 7
left join numbered_diagnoses d8 on d8.person_no = d1.person_no and d8.place = 8
left join numbered_diagnoses d9 on d9.person_no = d1.person_no and d9.place = 9
left join numbered_diagnoses d10 on d10.person_no = d1.person_no and d10.place = 10
left join numbered_diagnoses d11 on d11.person_no = d1.person_no and d11.place = 11
left join numbered_diagnoses d12 on d12.person_no = d1.person_no and d12.place = 12
where d1.place = 1
