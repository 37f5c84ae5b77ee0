insert into source_conditions
select
    PATIENT,
    case when lower("SYSTEM") like '%icd%10%' then 'icd10cm' else 'snomed' end,
    CODE, DESCRIPTION, written_day("START"), written_day(STOP), false
from csv.conditions
where "SYSTEM" is null or lower("SYSTEM") like '%snomed%' or lower("SYSTEM") like '%icd%10%';

insert into source_care_plans
select PATIENT, CODE, DESCRIPTION, written_day("START"), written_day(STOP) from csv.careplans;
