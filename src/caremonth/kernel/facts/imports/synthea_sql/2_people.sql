insert into source_people
select distinct
    Id, LAST, FIRST, written_day(BIRTHDATE), case when GENDER in ('F', 'M') then GENDER else 'U' end, written_day(DEATHDATE),
    ADDRESS, CITY, STATE, nullif(ZIP, '00000'),
    case when regexp_full_match(FIPS, '[0-9]{1,5}') then lpad(FIPS, 5, '0') end, null
from csv.patients;

insert into source_organizations select Id, NAME, null, false from csv.organizations;
insert into source_providers select Id, NAME, null, false from csv.providers;
