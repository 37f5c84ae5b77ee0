-- A span ends where the next one starts: the day before, since days are inclusive. Secondary payers rank after.
create temp table spans as
select
    PATIENT, MEMBERID, PAYER, SECONDARY_PAYER,
    covered_day(START_DATE) as start_date, covered_day(END_DATE) - 1 as end_date
from csv.payer_transitions
where covered_day(START_DATE) is distinct from covered_day(END_DATE);

insert into source_coverage
select s.PATIENT, p.NAME, s.MEMBERID, s.start_date, s.end_date, null
from spans as s left join csv.payers as p on p.Id = s.PAYER;

insert into payer_products
select distinct
    'secondary ' || p.NAME, coalesce(k.payer_id, trim(regexp_replace(lower(p.NAME), '[^a-z0-9]+', '-', 'g'), '-')),
    coalesce(k.product, 'commercial'), 2
from spans as s
join csv.payers as p on p.Id = s.SECONDARY_PAYER
left join payer_products as k on k.payer = p.NAME;

insert into source_coverage
select s.PATIENT, 'secondary ' || p.NAME, null, s.start_date, s.end_date, null
from spans as s join csv.payers as p on p.Id = s.SECONDARY_PAYER;
