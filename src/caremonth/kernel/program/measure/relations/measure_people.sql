-- Yields: everyone in a measure's denominator, with numerator and denominator (1, or events and member-months).
-- Key: measure, person_id. Inputs: people_met, months_met, readmissions_met, medication_met,
-- last_result_met, program_measures.
select people_met.measure, people_met.person_id, people_met.age, people_met.numerator, people_met.denominator
from people_met
join program_measures on program_measures.measure = people_met.measure and program_measures.kind <> 'last_result'
union all
select measure, person_id, age, numerator, denominator from months_met
union all
select measure, person_id, age, numerator, denominator from readmissions_met
union all
select measure, person_id, age, numerator, denominator from medication_met
union all
select measure, person_id, age, numerator, denominator from last_result_met
