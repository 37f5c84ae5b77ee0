-- Which diagnoses do the claims show? A claim is one day, its last; the look-back ends on the day that was asked for,
-- else on the last day of any claim. What comes after that day counts for nothing.
create temp table diagnosed as
select distinct 'inpatient' as claim_type, BENE_ID, CLM_ID, claim_day(CLM_THRU_DT) as day,
    unnest(list_distinct([PRNCPAL_DGNS_CD, ICD_DGNS_CD1, ICD_DGNS_CD2, ICD_DGNS_CD3, ICD_DGNS_CD4, ICD_DGNS_CD5, ICD_DGNS_CD6, ICD_DGNS_CD7, ICD_DGNS_CD8, ICD_DGNS_CD9,
        ICD_DGNS_CD10, ICD_DGNS_CD11, ICD_DGNS_CD12, ICD_DGNS_CD13, ICD_DGNS_CD14, ICD_DGNS_CD15, ICD_DGNS_CD16, ICD_DGNS_CD17, ICD_DGNS_CD18,
        ICD_DGNS_CD19, ICD_DGNS_CD20, ICD_DGNS_CD21, ICD_DGNS_CD22, ICD_DGNS_CD23, ICD_DGNS_CD24, ICD_DGNS_CD25])) as code
from rif.inpatient
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F'
union
select distinct 'snf' as claim_type, BENE_ID, CLM_ID, claim_day(CLM_THRU_DT) as day,
    unnest(list_distinct([PRNCPAL_DGNS_CD, ICD_DGNS_CD1, ICD_DGNS_CD2, ICD_DGNS_CD3, ICD_DGNS_CD4, ICD_DGNS_CD5, ICD_DGNS_CD6, ICD_DGNS_CD7, ICD_DGNS_CD8, ICD_DGNS_CD9,
        ICD_DGNS_CD10, ICD_DGNS_CD11, ICD_DGNS_CD12, ICD_DGNS_CD13, ICD_DGNS_CD14, ICD_DGNS_CD15, ICD_DGNS_CD16, ICD_DGNS_CD17, ICD_DGNS_CD18,
        ICD_DGNS_CD19, ICD_DGNS_CD20, ICD_DGNS_CD21, ICD_DGNS_CD22, ICD_DGNS_CD23, ICD_DGNS_CD24, ICD_DGNS_CD25])) as code
from rif.snf
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F'
union
select distinct 'hha' as claim_type, BENE_ID, CLM_ID, claim_day(CLM_THRU_DT) as day,
    unnest(list_distinct([PRNCPAL_DGNS_CD, ICD_DGNS_CD1, ICD_DGNS_CD2, ICD_DGNS_CD3, ICD_DGNS_CD4, ICD_DGNS_CD5, ICD_DGNS_CD6, ICD_DGNS_CD7, ICD_DGNS_CD8, ICD_DGNS_CD9,
        ICD_DGNS_CD10, ICD_DGNS_CD11, ICD_DGNS_CD12, ICD_DGNS_CD13, ICD_DGNS_CD14, ICD_DGNS_CD15, ICD_DGNS_CD16, ICD_DGNS_CD17, ICD_DGNS_CD18,
        ICD_DGNS_CD19, ICD_DGNS_CD20, ICD_DGNS_CD21, ICD_DGNS_CD22, ICD_DGNS_CD23, ICD_DGNS_CD24, ICD_DGNS_CD25])) as code
from rif.hha
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F'
union
select distinct 'outpatient' as claim_type, BENE_ID, CLM_ID, claim_day(CLM_THRU_DT) as day,
    unnest(list_distinct([PRNCPAL_DGNS_CD, ICD_DGNS_CD1, ICD_DGNS_CD2, ICD_DGNS_CD3, ICD_DGNS_CD4, ICD_DGNS_CD5, ICD_DGNS_CD6, ICD_DGNS_CD7, ICD_DGNS_CD8, ICD_DGNS_CD9,
        ICD_DGNS_CD10, ICD_DGNS_CD11, ICD_DGNS_CD12, ICD_DGNS_CD13, ICD_DGNS_CD14, ICD_DGNS_CD15, ICD_DGNS_CD16, ICD_DGNS_CD17, ICD_DGNS_CD18,
        ICD_DGNS_CD19, ICD_DGNS_CD20, ICD_DGNS_CD21, ICD_DGNS_CD22, ICD_DGNS_CD23, ICD_DGNS_CD24, ICD_DGNS_CD25])) as code
from rif.outpatient
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F'
union
select distinct 'carrier' as claim_type, BENE_ID, CLM_ID, claim_day(CLM_THRU_DT) as day,
    unnest(list_distinct([PRNCPAL_DGNS_CD, ICD_DGNS_CD1, ICD_DGNS_CD2, ICD_DGNS_CD3, ICD_DGNS_CD4, ICD_DGNS_CD5, ICD_DGNS_CD6, ICD_DGNS_CD7, ICD_DGNS_CD8, ICD_DGNS_CD9,
        ICD_DGNS_CD10, ICD_DGNS_CD11, ICD_DGNS_CD12, ICD_DGNS_CD13, ICD_DGNS_CD14, ICD_DGNS_CD15, ICD_DGNS_CD16, ICD_DGNS_CD17, ICD_DGNS_CD18,
        ICD_DGNS_CD19, ICD_DGNS_CD20, ICD_DGNS_CD21, ICD_DGNS_CD22, ICD_DGNS_CD23, ICD_DGNS_CD24, ICD_DGNS_CD25, LINE_ICD_DGNS_CD])) as code
from rif.carrier
where coalesce(DML_IND, '') <> 'DELETE' and coalesce(FINAL_ACTION, 'F') = 'F';

create temp table claim_codes as
select distinct claim_type, BENE_ID as person_id, CLM_ID as claim_id, day, upper(replace(code, '.', '')) as code
from diagnosed
where code is not null and code <> '' and day is not null;

create temp table last_day_counted as
select coalesce((select as_of from options), max(day)) as day from claim_codes;

create temp table category_of_code as
select distinct c.code, p.category
from (select distinct code from claim_codes) as c
join chronic_prefixes as p on starts_with(c.code, p.prefix)
where p.category in (select category from claim_rules);

create temp table excluded_claims as
select distinct c.claim_id, x.exclusion
from claim_codes as c
join exclusions as x on starts_with(c.code, x.prefix) and (x.last = '' or substr(c.code, 7, 1) = x.last);

create temp table candidates as
select c.person_id, c.claim_id, c.claim_type, c.day, c.code, coalesce(k.category, '') as category, t.claims_needed
from claim_codes as c
left join category_of_code as k on k.code = c.code
join claim_rules as r on r.category = coalesce(k.category, '')
left join claim_rule_types as t on t.category = r.category and t.claim_type = c.claim_type
where c.day <= (select day from last_day_counted)
    and c.day > (
        select cast(date '1970-01-01' + day - to_months(r.months) as date) - date '1970-01-01' from last_day_counted
    )
    and not exists (
        select 1 from excluded_claims as x where x.claim_id = c.claim_id and x.exclusion = r.exclusion
    );

-- A category is shown as a whole, by any of its codes; a code of no category stands for itself.
create temp table shown as
select person_id, category, case when category = '' then code else '' end as alone
from candidates
group by all
having count(*) filter (where claims_needed = 1) > 0
    or count(distinct day) filter (where claims_needed = 2) >= 2;

create temp table claim_diagnoses as
select
    c.person_id, c.code, coalesce(k.category, '') as category, min(c.day) as first_day,
    bool_or(s.person_id is not null) as shown
from claim_codes as c
left join category_of_code as k on k.code = c.code
left join shown as s
    on s.person_id = c.person_id and s.category = coalesce(k.category, '') and s.alone in ('', c.code)
where c.day <= (select day from last_day_counted)
group by all;

-- A code can say two things at once (E11.21: diabetes and kidney disease). It is a condition when all that it says
-- is shown, or when nothing else would say what is.
create temp table codes_shown as
select person_id, code, min(first_day) as first_day, bool_and(shown) as wholly
from claim_diagnoses group by all having bool_or(shown);

create temp table said_wholly as
select distinct d.person_id, d.category
from claim_diagnoses as d join codes_shown as c on c.person_id = d.person_id and c.code = d.code
where c.wholly;

insert into source_conditions
select
    c.person_id, 'icd10cm',
    case when length(c.code) > 3 then substr(c.code, 1, 3) || '.' || substr(c.code, 4) else c.code end,
    null, c.first_day, null, false
from codes_shown as c
where c.wholly or exists (
    select 1 from claim_diagnoses as d
    where d.person_id = c.person_id and d.code = c.code and d.shown
        and not exists (
            select 1 from said_wholly as w where w.person_id = d.person_id and w.category = d.category
        )
);
