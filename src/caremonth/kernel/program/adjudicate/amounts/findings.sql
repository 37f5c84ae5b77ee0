-- Yields: everything that stands against each line, with its reason code; first is true for the one that decides.
-- Key: claim_id, line, finding. Inputs: all_refusals, used_up, program_edits.
with everything as (
    select claim_id, line, finding, observed from all_refusals
    union all
    select claim_id, line, finding, observed from used_up
)
select
    everything.claim_id,
    everything.line,
    edits.position,
    edits.edit,
    everything.finding,
    edits.outcome,
    edits.group_code,
    edits.reason,
    edits.remark,
    everything.observed,
    edits.remedy,
    edits.citation,
    edits.confidence,
    row_number() over (
        partition by everything.claim_id, everything.line
        order by edits.position asc, everything.finding asc
    ) as place
from everything
join program_edits as edits on edits.finding = everything.finding
