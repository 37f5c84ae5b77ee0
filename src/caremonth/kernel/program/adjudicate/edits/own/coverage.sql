-- Yields: lines on days without eligibility: before the first span, or after one ended.
-- Key: claim_id, line. Inputs: asked_lines, people, current_eligibility, calendar.
with near as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.service_date,
        cast(count(case
            when spans.start_date <= asked_lines.service_date
                and coalesce(spans.end_date, 2932896) >= asked_lines.service_date then 1
        end) as bigint) as covering,
        max(case when spans.end_date < asked_lines.service_date then spans.end_date end) as last_end,
        min(spans.start_date) as first_start
    from asked_lines
    join people on people.person_id = asked_lines.person_id
    left join current_eligibility as spans on spans.person_id = asked_lines.person_id
    group by asked_lines.claim_id, asked_lines.line, asked_lines.service_date
)
select
    near.claim_id,
    near.line,
    case when near.last_end is null then 'before-coverage' else 'after-coverage' end as finding,
    case
        when near.last_end is not null then 'coverage ended ' || ended.iso
        when near.first_start is not null then 'coverage starts ' || started.iso
        else 'the member has no span of coverage'
    end as observed
from near
left join calendar as ended on ended.day = near.last_end
left join calendar as started on started.day = near.first_start
where near.covering = 0
