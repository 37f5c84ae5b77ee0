-- Yields: on how many days of the federal year a person had a service that a line of CMS-416 counts, and on how many
-- more days one of which the claim does not say what the line asks: who gave it (the taxonomy of the provider is not
-- known) or on which tooth. Key: cms_line, person_id.
-- Inputs: service_lines, claim_lines, program_screening_services, program_value_sets, program_screening_teeth,
-- program_dentists. Parameters federal_first, federal_last.
with found as (
    select distinct
        services.cms_line,
        services.given_by,
        services.asks_tooth,
        services.without_set,
        lines.claim_id,
        lines.line,
        lines.person_id,
        lines.service_date as day,
        lines.taxonomy,
        lines.diagnoses
    from program_screening_services as services
    join program_value_sets as sets on sets.value_set = services.value_set and sets.field = 'code'
    join service_lines as lines
        on lines.code between sets.first_value and sets.last_value
        and lines.service_date between sets.from_day and sets.to_day
    where lines.service_date between :federal_first and :federal_last
),
left_out as (
    select distinct
        found.cms_line,
        found.claim_id,
        found.line
    from found
    join program_value_sets as sets
        on sets.value_set = found.without_set
        and sets.field = 'diagnosis'
        and found.diagnoses like '%;' || sets.first_value || '%'
        and found.day between sets.from_day and sets.to_day
),
dentists as (
    select distinct found.taxonomy
    from found
    join program_dentists on found.taxonomy like program_dentists.taxonomy || '%'
),
judged as (
    select
        found.cms_line,
        found.person_id,
        found.day,
        case
            when found.given_by <> 'any' and found.taxonomy = '' then 1
            when found.given_by = 'dentist' and dentists.taxonomy is null then 0
            when found.given_by = 'other' and dentists.taxonomy is not null then 0
            when not found.asks_tooth then 2
            when claim_lines.tooth is null then 1
            when teeth.tooth is null then 0
            else 2
        end as told
    from found
    join claim_lines on claim_lines.claim_id = found.claim_id and claim_lines.line = found.line
    left join left_out
        on left_out.cms_line = found.cms_line and left_out.claim_id = found.claim_id and left_out.line = found.line
    left join dentists on dentists.taxonomy = found.taxonomy
    left join program_screening_teeth as teeth
        on teeth.cms_line = found.cms_line and teeth.tooth = claim_lines.tooth
    where left_out.claim_id is null
),
by_day as (
    select
        cms_line,
        person_id,
        day,
        max(told) as told
    from judged
    group by cms_line, person_id, day
)
select
    cms_line,
    person_id,
    cast(sum(case when told = 2 then 1 else 0 end) as bigint) as days,
    cast(sum(case when told = 1 then 1 else 0 end) as bigint) as untold_days
from by_day
where told > 0
group by cms_line, person_id
