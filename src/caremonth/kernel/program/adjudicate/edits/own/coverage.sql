-- Yields: lines on days without coverage: before the first span, or after one ended. Where spans overlap, the newest
-- record speaks for the day. Key: claim_id, line. Inputs: asked_lines, people, current_eligibility, calendar.
with on_the_day as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        spans.covered,
        spans.group_name,
        row_number() over (
            partition by asked_lines.claim_id, asked_lines.line
            order by spans.recorded_at desc, spans.start_date desc
        ) as newest
    from asked_lines
    join current_eligibility as spans
        on spans.person_id = asked_lines.person_id
        and spans.start_date <= asked_lines.service_date
        and coalesce(spans.end_date, 2932896) >= asked_lines.service_date
),
uncovered as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.person_id,
        asked_lines.service_date,
        on_the_day.group_name
    from asked_lines
    join people on people.person_id = asked_lines.person_id
    left join on_the_day
        on on_the_day.claim_id = asked_lines.claim_id
        and on_the_day.line = asked_lines.line
        and on_the_day.newest = 1
    where not coalesce(on_the_day.covered, false)
),
near as (
    select
        uncovered.claim_id,
        uncovered.line,
        uncovered.group_name,
        max(case when spans.start_date <= uncovered.service_date then spans.end_date end) as last_end,
        min(case when spans.start_date > uncovered.service_date then spans.start_date end) as next_start
    from uncovered
    left join current_eligibility as spans on spans.person_id = uncovered.person_id and spans.covered
    group by uncovered.claim_id, uncovered.line, uncovered.group_name
)
select
    near.claim_id,
    near.line,
    case
        when near.group_name is null and near.last_end is null then 'before-coverage'
        else 'after-coverage'
    end as finding,
    case
        when near.group_name is not null then 'the member is in group ' || near.group_name || ', which has no coverage'
        when near.last_end is not null then 'coverage ended ' || ended.iso
        when near.next_start is not null then 'coverage starts ' || started.iso
        else 'the member has no span of coverage'
    end as observed
from near
left join calendar as ended on ended.day = near.last_end
left join calendar as started on started.day = near.next_start
