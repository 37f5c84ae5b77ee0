-- Lines with a code: a visit when the code is one, else a service already billed. Who billed is the organization.
create temp table carrier_lines as
select
    CLM_ID || '-' || coalesce(LINE_NUM, cast(row_number() over () as varchar)) as line_id, BENE_ID as person_id,
    coalesce(CARR_CLM_BLG_NPI_NUM, ORG_NPI_NUM) as organization_id, PRF_PHYSN_NPI as provider_id, HCPCS_CD as code,
    claim_day(LINE_1ST_EXPNS_DT) as service_date,
    case when PRVDR_SPCLTY in (from primary_care) then 'ambulatory' else 'specialist' end as class,
    exists (select 1 from visit_codes as v where HCPCS_CD between v.first_code and v.last_code) as is_visit
from rif.carrier
where HCPCS_CD is not null and coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F'
    and (LINE_PRCSG_IND_CD is null or LINE_PRCSG_IND_CD in (from allowed));

insert into source_encounters
select line_id, person_id, organization_id, provider_id, class, code, null, code, service_date, null
from carrier_lines where is_visit;

insert into source_claims
select person_id, code, service_date, organization_id, 'carrier claim' from carrier_lines where not is_visit;

insert into source_claims
select BENE_ID, HCPCS_CD, coalesce(claim_day(REV_CNTR_DT), claim_day(CLM_FROM_DT)), ORG_NPI_NUM, 'outpatient claim'
from rif.outpatient
where HCPCS_CD is not null and coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F';

-- An NPI is all that a claim says of who billed and who did it.
insert into source_organizations
select distinct organization_id, null, organization_id, npi_holds(organization_id)
from (select organization_id from carrier_lines union select ORG_NPI_NUM from rif.outpatient)
where organization_id is not null;

insert into source_providers
select distinct provider_id, null, provider_id, npi_holds(provider_id) from carrier_lines where provider_id is not null;
