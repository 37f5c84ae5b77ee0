-- Entitlement comes month by month; a month without it is a month that is not known, or not entitled.
create temp table months as
from (
    select BENE_ID, MBI_NUM, RFRNC_YR, 1 as month, MDCR_ENTLMT_BUYIN_1_IND as entitlement, HMO_1_IND as plan, META_DUAL_ELGBL_STUS_JAN_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 2 as month, MDCR_ENTLMT_BUYIN_2_IND as entitlement, HMO_2_IND as plan, META_DUAL_ELGBL_STUS_FEB_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 3 as month, MDCR_ENTLMT_BUYIN_3_IND as entitlement, HMO_3_IND as plan, META_DUAL_ELGBL_STUS_MAR_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 4 as month, MDCR_ENTLMT_BUYIN_4_IND as entitlement, HMO_4_IND as plan, META_DUAL_ELGBL_STUS_APR_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 5 as month, MDCR_ENTLMT_BUYIN_5_IND as entitlement, HMO_5_IND as plan, META_DUAL_ELGBL_STUS_MAY_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 6 as month, MDCR_ENTLMT_BUYIN_6_IND as entitlement, HMO_6_IND as plan, META_DUAL_ELGBL_STUS_JUN_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 7 as month, MDCR_ENTLMT_BUYIN_7_IND as entitlement, HMO_7_IND as plan, META_DUAL_ELGBL_STUS_JUL_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 8 as month, MDCR_ENTLMT_BUYIN_8_IND as entitlement, HMO_8_IND as plan, META_DUAL_ELGBL_STUS_AUG_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 9 as month, MDCR_ENTLMT_BUYIN_9_IND as entitlement, HMO_9_IND as plan, META_DUAL_ELGBL_STUS_SEPT_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 10 as month, MDCR_ENTLMT_BUYIN_10_IND as entitlement, HMO_10_IND as plan, META_DUAL_ELGBL_STUS_OCT_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 11 as month, MDCR_ENTLMT_BUYIN_11_IND as entitlement, HMO_11_IND as plan, META_DUAL_ELGBL_STUS_NOV_CD as dual from rif.beneficiary
    union all
    select BENE_ID, MBI_NUM, RFRNC_YR, 12 as month, MDCR_ENTLMT_BUYIN_12_IND as entitlement, HMO_12_IND as plan, META_DUAL_ELGBL_STUS_DEC_CD as dual from rif.beneficiary
)
where entitlement is not null;

create temp table entitlement_months as
select
    BENE_ID as person_id, MBI_NUM as member_id, entitlement,
    cast(make_date(cast(RFRNC_YR as integer), month, 1) - date '1970-01-01' as integer) as first_day,
    cast(last_day(make_date(cast(RFRNC_YR as integer), month, 1)) - date '1970-01-01' as integer) as end_day,
    entitlement in (from part_b) as covered, coalesce(m.plan, '0') in (from not_in_a_plan) as original, d.qmb, d.medicaid
from months as m left join dual_status as d on d.dual = m.dual;

insert into payer_products values ('Medicaid after Medicare', 'medicaid', 'medicaid', 2);

insert into source_coverage
select
    person_id, case when original then 'Medicare' else 'Medicare Advantage' end, member_id, first_day, end_day, qmb
from entitlement_months where covered;

insert into source_coverage
select person_id, 'Medicaid after Medicare', null, first_day, end_day, null
from entitlement_months where covered and medicaid;
