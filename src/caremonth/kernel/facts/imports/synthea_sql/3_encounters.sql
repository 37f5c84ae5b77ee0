insert into source_encounters
select
    Id, PATIENT, ORGANIZATION, PROVIDER, ENCOUNTERCLASS, CODE, DESCRIPTION, null, local_day("START"), local_day(STOP)
from csv.encounters;
