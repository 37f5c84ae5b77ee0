-- Yields: days on which two providers' spans overlap: whose was kept (the newest record) and whose was set aside.
-- kind `overtaken`: an open span was followed by a later one, the ordinary way of a change; `overlap`: anything else.
-- Key: person_id, kept_pcp_id, set_aside_pcp_id, from_day. Inputs: assignment_news,
-- person_numbers, provider_numbers.
-- Parameters: first_day, last_day (of the months of the run).
select
    people.person_id,
    keeps.pcp_id as kept_pcp_id,
    loses.pcp_id as set_aside_pcp_id,
    greatest(kept.start_day, lost.start_day) as from_day,
    least(kept.end_day, lost.end_day) as to_day,
    case when kept.start_day > lost.start_day and kept.recorded_at > lost.recorded_at then 'overtaken' else 'overlap' end
        as kind
from assignment_news as kept
join assignment_news as lost
    on lost.person = kept.person
    and lost.pcp <> kept.pcp
    and lost.start_day <= kept.end_day
    and lost.end_day >= kept.start_day
join person_numbers as people on people.person = kept.person
join provider_numbers as keeps on keeps.pcp = kept.pcp
join provider_numbers as loses on loses.pcp = lost.pcp
where (
        kept.recorded_at > lost.recorded_at
        or (kept.recorded_at = lost.recorded_at and kept.start_day > lost.start_day)
        or (kept.recorded_at = lost.recorded_at and kept.start_day = lost.start_day and kept.pcp < lost.pcp)
    )
    and greatest(kept.start_day, lost.start_day) <= :last_day
    and least(kept.end_day, lost.end_day) >= :first_day
