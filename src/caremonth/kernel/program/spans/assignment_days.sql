-- Yields: who was assigned to which provider on which days; where spans overlap, the newest record speaks for the day.
-- Key: person, from_day; a person's rows do not overlap. Inputs: assignment_news.
with span_counts as (
    select person, cast(count(*) as bigint) as spans
    from assignment_news
    group by person
),

several as (
    select news.person, news.start_day, news.end_day, news.pcp, news.recorded_at
    from assignment_news as news
    join span_counts on span_counts.person = news.person and span_counts.spans > 1
),

edges as (
    select person, start_day as edge from several
    union
    select person, end_day + 1 as edge from several
),

pieces as (
    select
        person,
        edge as from_day,
        min(edge) over (
            partition by person
            order by edge desc
            rows between unbounded preceding and 1 preceding
        ) - 1 as to_day
    from edges
),

covering as (
    select
        pieces.person,
        pieces.from_day,
        pieces.to_day,
        several.pcp,
        several.recorded_at,
        row_number() over (
            partition by pieces.person, pieces.from_day
            order by several.recorded_at desc, several.start_day desc, several.pcp asc
        ) as newest
    from pieces
    join several
        on several.person = pieces.person
        and several.start_day <= pieces.from_day
        and several.end_day >= pieces.to_day
)

select news.person, news.start_day as from_day, news.end_day as to_day, news.pcp, news.recorded_at
from assignment_news as news
join span_counts on span_counts.person = news.person and span_counts.spans = 1
union all
select person, from_day, to_day, pcp, recorded_at
from covering
where newest = 1
