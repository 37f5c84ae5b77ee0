-- Yields: who was eligible in which group on which days; where spans overlap, the newest record speaks for the day.
-- Key: person_id, from_day; a person's rows do not overlap. Inputs: eligibility_news.
with span_counts as (
    select person_id, cast(count(*) as bigint) as spans
    from eligibility_news
    group by person_id
),

several as (
    select news.person_id, news.start_day, news.end_day, news.group_name, news.risk, news.recorded_at
    from eligibility_news as news
    join span_counts on span_counts.person_id = news.person_id and span_counts.spans > 1
),

edges as (
    select person_id, start_day as edge from several
    union
    select person_id, end_day + 1 as edge from several
),

pieces as (
    select
        person_id,
        edge as from_day,
        min(cast(edge as bigint)) over (
            partition by person_id
            order by edge desc
            rows between unbounded preceding and 1 preceding
        ) - 1 as to_day
    from edges
),

covering as (
    select
        pieces.person_id,
        pieces.from_day,
        pieces.to_day,
        several.group_name,
        several.risk,
        row_number() over (
            partition by pieces.person_id, pieces.from_day
            order by several.recorded_at desc, several.start_day desc
        ) as newest
    from pieces
    join several
        on several.person_id = pieces.person_id
        and several.start_day <= pieces.from_day
        and several.end_day >= pieces.to_day
)

select
    news.person_id,
    cast(news.start_day as bigint) as from_day,
    cast(news.end_day as bigint) as to_day,
    news.group_name,
    news.risk
from eligibility_news as news
join span_counts on span_counts.person_id = news.person_id and span_counts.spans = 1
union all
select
    person_id,
    cast(from_day as bigint) as from_day,
    cast(to_day as bigint) as to_day,
    group_name,
    risk
from covering
where newest = 1
