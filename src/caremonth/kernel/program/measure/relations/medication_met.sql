-- Yields: people of age with asthma medication dispensed in the year: 1 when controllers are at least the measure's
-- percent of controllers and relievers. Key: measure, person_id.
-- Inputs: denominators, dispensings, program_measures. Parameters year_first, year_last.
with counted as (
    select
        denominators.measure,
        denominators.person_id,
        denominators.age,
        measures.least_percent,
        cast(sum(case when dispensings.drug_class = measures.drug_class then 1 else 0 end) as bigint) as wanted,
        cast(count(*) as bigint) as dispensed
    from denominators
    join program_measures as measures
        on measures.measure = denominators.measure and measures.drug_class <> ''
    join dispensings
        on dispensings.person_id = denominators.person_id
        and dispensings.dispensed_on between :year_first and :year_last
        and dispensings.drug_class in (measures.drug_class, measures.other_drug_class)
    group by denominators.measure, denominators.person_id, denominators.age, measures.least_percent
)
select
    measure,
    person_id,
    age,
    cast(case when wanted * 100 >= dispensed * least_percent then 1 else 0 end as bigint) as numerator,
    cast(1 as bigint) as denominator
from counted
