-- References, now that every resource has been seen. A reference by business identifier that nothing answers keeps
-- the identifier's value; the others keep their id.
create temp table one_alias as select kind, alias, min(id) as id from aliases group by kind, alias;

create macro resolved(of_kind, reference) as coalesce(
    (select a.id from one_alias as a where a.alias = reference and a.kind = of_kind),
    case when reference like '?%' then regexp_extract(reference, '\|(.*)$', 1) else reference end
);

update source_encounters set
    person_id = resolved('Patient', person_id), organization_id = resolved('Organization', organization_id),
    provider_id = resolved('Practitioner', provider_id);
update source_conditions set person_id = resolved('Patient', person_id);
update source_care_plans set person_id = resolved('Patient', person_id);
update source_consents set person_id = resolved('Patient', person_id);
update source_procedures set
    person_id = resolved('Patient', person_id), encounter_id = resolved('Encounter', encounter_id),
    provider_id = resolved('Practitioner', provider_id);

insert into source_coverage
select resolved('Patient', c.person_id), coalesce(c.payer, o.name), c.member_id, c.start_date, c.end_date, null
from source_coverage_of as c
left join source_organizations as o on o.organization_id = resolved('Organization', c.payer_reference);

-- A procedure with a billed code is a service of the organization of its encounter.
insert into source_encounters
select
    'procedure ' || p.procedure_id, p.person_id, e.organization_id, coalesce(p.provider_id, e.provider_id),
    coalesce(e.class, 'ambulatory'), p.code, null, p.code, coalesce(p.service_date, e.service_date), null
from source_procedures as p left join source_encounters as e on e.encounter_id = p.encounter_id;
