-- Yields: the copay that each paid line owes: once a visit (member, provider, day), on its first paid line in order of
-- receipt. Children, exempt members and exempt services owe none. Key: claim_id, line.
-- Inputs: allowed_units, asked_lines, people, calendar, line_classes, program_copays, program_class_uses,
-- program_copay_exempt_people.
with exempt as (
    select distinct
        line_classes.claim_id,
        line_classes.line
    from line_classes
    join program_class_uses as uses on uses.class = line_classes.class and uses.purpose = 'no-copay'
),
aged as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.person_id,
        asked_lines.provider_npi,
        asked_lines.service_date,
        asked_lines.received_on,
        cast(floor((served.ymd - born.ymd) / 10000) as bigint) as age
    from allowed_units
    join asked_lines on asked_lines.claim_id = allowed_units.claim_id and asked_lines.line = allowed_units.line
    join people on people.person_id = asked_lines.person_id
    join calendar as served on served.day = asked_lines.service_date
    join calendar as born on born.day = people.birth_date
    left join program_copay_exempt_people as free
        on asked_lines.service_date between free.from_day and free.to_day
        and (
            (free.member = 'tribal' and coalesce(people.tribal, false))
            or (free.member = 'foster' and coalesce(people.foster, false))
            or (free.member = 'ssi' and coalesce(people.ssi, false))
            or (free.member = 'pregnant' and coalesce(people.pregnant, false))
        )
    left join exempt on exempt.claim_id = asked_lines.claim_id and exempt.line = asked_lines.line
    where exempt.claim_id is null
        and free.member is null
),
owed as (
    select
        aged.claim_id,
        aged.line,
        aged.person_id,
        aged.provider_npi,
        aged.service_date,
        aged.received_on,
        max(copays.cents) as cents
    from aged
    join line_classes on line_classes.claim_id = aged.claim_id and line_classes.line = aged.line
    join program_copays as copays
        on copays.class = line_classes.class
        and aged.service_date between copays.from_day and copays.to_day
        and aged.age >= copays.from_age
    group by aged.claim_id, aged.line, aged.person_id, aged.provider_npi, aged.service_date, aged.received_on
),
ranked as (
    select
        claim_id,
        line,
        cents,
        row_number() over (
            partition by person_id, provider_npi, service_date
            order by received_on asc nulls last, claim_id asc, line asc
        ) as choice
    from owed
)
select
    claim_id,
    line,
    cents as copay_cents
from ranked
where choice = 1
