-- Yields: lines whose code is part of another code that the same provider billed for the member on that day, without a
-- modifier that sets them apart. Key: claim_id, line. Inputs: counted_lines, program_pairs, program_apart_modifiers.
with pairs_met as (
    select
        part.claim_id,
        part.line,
        whole.code as whole_code,
        pairs.modifier_allowed,
        part.modifiers as part_modifiers,
        whole.modifiers as whole_modifiers
    from counted_lines as part
    join program_pairs as pairs
        on pairs.column2 = part.code
        and part.service_date between pairs.from_day and pairs.to_day
    join counted_lines as whole
        on whole.person_id = part.person_id
        and whole.provider_npi = part.provider_npi
        and whole.service_date = part.service_date
        and whole.code = pairs.column1
),
apart as (
    select distinct
        pairs_met.claim_id,
        pairs_met.line,
        pairs_met.whole_code
    from pairs_met
    join program_apart_modifiers as modifiers
        on (';' || pairs_met.part_modifiers || ';') like '%;' || modifiers.modifier || ';%'
        or (';' || pairs_met.whole_modifiers || ';') like '%;' || modifiers.modifier || ';%'
    where pairs_met.modifier_allowed
)
select
    pairs_met.claim_id,
    pairs_met.line,
    'bundled' as finding,
    'part of ' || min(pairs_met.whole_code) || ' on the same day' as observed
from pairs_met
left join apart
    on apart.claim_id = pairs_met.claim_id
    and apart.line = pairs_met.line
    and apart.whole_code = pairs_met.whole_code
where apart.claim_id is null
group by pairs_met.claim_id, pairs_met.line
