-- A stay from admission to discharge, or to the last day that was claimed.
create temp table facility_claims as
select 'inpatient' as class, BENE_ID, CLM_ID, coalesce(claim_day(CLM_ADMSN_DT), claim_day(CLM_FROM_DT)) as first_day,
    coalesce(claim_day(NCH_BENE_DSCHRG_DT), claim_day(CLM_THRU_DT)) as end_day, DML_IND, FINAL_ACTION
from rif.inpatient
union
select 'snf', BENE_ID, CLM_ID, coalesce(claim_day(CLM_ADMSN_DT), claim_day(CLM_FROM_DT)),
    coalesce(claim_day(NCH_BENE_DSCHRG_DT), claim_day(CLM_THRU_DT)), DML_IND, FINAL_ACTION
from rif.snf
union
select 'hospice', BENE_ID, CLM_ID, claim_day(CLM_FROM_DT),
    coalesce(claim_day(NCH_BENE_DSCHRG_DT), claim_day(CLM_THRU_DT)), DML_IND, FINAL_ACTION
from rif.hospice
union
select 'home', BENE_ID, CLM_ID, claim_day(CLM_FROM_DT), claim_day(CLM_THRU_DT), DML_IND, FINAL_ACTION
from rif.hha;

insert into source_encounters
select class || ' ' || CLM_ID, BENE_ID, null, null, class, null, null, null, first_day, end_day
from facility_claims
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F';
