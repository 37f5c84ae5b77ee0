-- Yields: days on which two providers' spans overlap: whose was kept (the newest record) and whose was set aside.
-- kind `overtaken`: an open span was followed by a later one, the ordinary way of a change; `overlap`: anything else.
-- Key: person_id, kept_pcp_id, set_aside_pcp_id, from_day. Inputs: assignment_news.
-- Parameters: first_day, last_day (of the months of the run).
select
    kept.person_id,
    kept.pcp_id as kept_pcp_id,
    lost.pcp_id as set_aside_pcp_id,
    greatest(kept.start_day, lost.start_day) as from_day,
    least(kept.end_day, lost.end_day) as to_day,
    case when kept.start_day > lost.start_day and kept.recorded_at > lost.recorded_at then 'overtaken' else 'overlap' end
        as kind
from assignment_news as kept
join assignment_news as lost
    on lost.person_id = kept.person_id
    and lost.pcp_id <> kept.pcp_id
    and lost.start_day <= kept.end_day
    and lost.end_day >= kept.start_day
where (
        kept.recorded_at > lost.recorded_at
        or (kept.recorded_at = lost.recorded_at and kept.start_day > lost.start_day)
        or (kept.recorded_at = lost.recorded_at and kept.start_day = lost.start_day and kept.pcp_id < lost.pcp_id)
    )
    and greatest(kept.start_day, lost.start_day) <= :last_day
    and least(kept.end_day, lost.end_day) >= :first_day
