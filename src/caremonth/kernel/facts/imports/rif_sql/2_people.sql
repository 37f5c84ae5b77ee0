-- The latest year of a beneficiary says who they are.
create temp table beneficiaries as
from rif.beneficiary as b
qualify row_number() over (partition by BENE_ID order by RFRNC_YR desc, DEATH_DT nulls last, cast(b as varchar)) = 1;

insert into source_people
select
    BENE_ID, BENE_SRNM_NAME, BENE_GVN_NAME, claim_day(BENE_BIRTH_DT),
    case BENE_SEX_IDENT_CD when '1' then 'M' when '2' then 'F' else 'U' end, claim_day(DEATH_DT),
    DRVD_LINE_1_ADR, CITY_NAME, case when regexp_full_match(STATE_CD, '[A-Z]{2}') then STATE_CD end,
    nullif(BENE_ZIP_CD, '00000'), null, null
from beneficiaries
where DEATH_DT is null or claim_day(DEATH_DT) is not null;  -- nobody lives on because their death cannot be read
