-- Coverage: neighbouring spans of the same payer become one. Who is in a health plan keeps Parts A and B, and the plan pays
-- in their place: original Medicare ranks after it.
with spans as (
    select
        c.person_id, p.payer_id, c.member_id, p.product, p.rank, c.start_date, c.end_date, c.qmb
    from source_coverage as c
    join payer_products as p on p.payer = c.payer
    join source_people as who on who.person_id = c.person_id
    where c.start_date is not null and (c.end_date is null or c.end_date >= c.start_date)
),
starts as (
    select
        *,
        case when start_date <= 1 + max(coalesce(end_date, 2932896)) over (
            partition by person_id, payer_id, product, rank, qmb order by start_date, coalesce(end_date, 2932896), member_id
            rows between unbounded preceding and 1 preceding
        ) then 0 else 1 end as begins
    from spans
),
islands as (
    select
        *,
        sum(begins) over (
            partition by person_id, payer_id, product, rank, qmb order by start_date, coalesce(end_date, 2932896), member_id
            rows between unbounded preceding and current row
        ) as island
    from starts
),
whole as (
    select
        person_id, payer_id, max_by(member_id, start_date) as member_id, product, min(start_date) as start_date,
        nullif(max(coalesce(end_date, 2932896)), 2932896) as end_date, rank, qmb
    from islands
    group by person_id, payer_id, product, rank, qmb, island
)
select
    w.person_id, w.payer_id, w.member_id, w.product, w.start_date, w.end_date,
    case when w.product = 'medicare_ffs' and exists (
        from whole as p
        where p.person_id = w.person_id and p.product = 'medicare_advantage'
            and p.start_date <= coalesce(w.end_date, 2932896) and coalesce(p.end_date, 2932896) >= w.start_date
    ) then w.rank + 1 else w.rank end as rank,
    w.qmb
from whole as w
order by all
