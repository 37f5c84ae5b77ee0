-- Yields: claims whose money would be wrong whatever was done with them, with the reason: a line number used twice,
-- an amount below zero, a service after the day of receipt, no line at all, a member of whom a row could not be read.
-- They are set aside. Key: claim_id, why. Inputs: claims, claim_lines, calendar, people_set_aside.
with numbered as (
    select
        claim_id,
        line,
        cast(count(*) as bigint) as times,
        min(charge_cents) as charge_cents,
        min(coalesce(other_paid_cents, 0)) as other_paid_cents,
        min(coalesce(units, 1)) as units
    from claim_lines
    group by claim_id, line
)
select
    claim_id,
    'line' as field,
    cast(min(line) as varchar) as value,
    'two lines of the claim have this number' as why,
    'number the lines 1, 2, 3 …' as what_to_do
from numbered
where times > 1
group by claim_id
union all
select
    claim_id,
    'charge_cents' as field,
    cast(min(charge_cents) as varchar) as value,
    'a charge below zero' as why,
    'take money back with a void (8) or a replacement (7) of the claim' as what_to_do
from numbered
where charge_cents < 0
group by claim_id
union all
select
    claim_id,
    'other_paid_cents' as field,
    cast(min(other_paid_cents) as varchar) as value,
    'another payer is said to have paid less than nothing' as why,
    'report what the other payer paid, 0 or more' as what_to_do
from numbered
where other_paid_cents < 0
group by claim_id
union all
select
    claim_id,
    'units' as field,
    cast(min(units) as varchar) as value,
    'units below zero' as why,
    'state how many units were given' as what_to_do
from numbered
where units < 0
group by claim_id
union all
select
    claims.claim_id,
    'service_date' as field,
    cast(max(calendar.ymd) as varchar) as value,
    'the service was given after the claim was received' as why,
    'check the date of the service and the day of receipt' as what_to_do
from claims
join claim_lines on claim_lines.claim_id = claims.claim_id
join calendar on calendar.day = claim_lines.service_date
where claim_lines.service_date > claims.received_on
group by claims.claim_id
union all
select
    claims.claim_id,
    'claim_id' as field,
    claims.claim_id as value,
    'no line of the claim can be judged' as why,
    'send all its lines as they should be, or void the claim (frequency 8)' as what_to_do
from claims
left join numbered on numbered.claim_id = claims.claim_id
where numbered.claim_id is null
    and coalesce(claims.frequency, '1') <> '8'
union all
select
    claims.claim_id,
    'person_id' as field,
    claims.person_id as value,
    'a row that tells of the member''s coverage could not be read' as why,
    'put right the row of the member that is listed here' as what_to_do
from claims
join people_set_aside on people_set_aside.person_id = claims.person_id
