-- Yields: lines received too late, and those without a day of receipt of which nobody can tell: what is judged within the
-- limit was received within it. Key: claim_id, line.
-- Inputs: asked_lines, program_timely (days allowed, by date of service). Parameter: on_day (the day of judging).
select
    asked_lines.claim_id,
    asked_lines.line,
    case when asked_lines.received_on is null then 'receipt-undated' else 'too-late' end as finding,
    case
        when asked_lines.received_on is null then 'the day of receipt is not recorded'
        else 'received '
            || cast(asked_lines.received_on - asked_lines.service_date as varchar)
            || ' days after the service; the limit is ' || cast(timely.days as varchar)
    end as observed
from asked_lines
join program_timely as timely
    on asked_lines.service_date between timely.from_day and timely.to_day
where (asked_lines.received_on is null and :on_day - asked_lines.service_date > timely.days)
    or asked_lines.received_on - asked_lines.service_date > timely.days
