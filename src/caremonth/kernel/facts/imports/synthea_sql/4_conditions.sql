insert into source_conditions
select
    PATIENT,
    case when "SYSTEM" is null or "SYSTEM" like '%nomed%' or "SYSTEM" like '%NOMED%' then 'snomed' else 'icd10cm' end,
    CODE, DESCRIPTION, written_day("START"), written_day(STOP), false
from csv.conditions;

insert into source_care_plans
select PATIENT, CODE, DESCRIPTION, written_day("START"), written_day(STOP) from csv.careplans;
