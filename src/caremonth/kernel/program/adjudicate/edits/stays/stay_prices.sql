-- Yields: the price of each line of a stay, for the whole line, in cents; null where the program has no rate. By the day:
-- days of room and board times their rate, and nothing for what is within them. By group: the price
-- of the stay, divided over its lines by charge so that the parts add up to the cent.
-- Key: claim_id, line.
-- Inputs: stay_lines, group_stays, program_per_diems, program_room_and_board.
with day_rates as (
    select
        stay_lines.claim_id,
        stay_lines.line,
        stay_lines.units,
        rates.cents,
        row_number() over (
            partition by stay_lines.claim_id, stay_lines.line
            order by case when rates.hospital = '' then 1 else 0 end asc, rates.cents asc
        ) as choice
    from stay_lines
    join program_per_diems as rates
        on rates.hospital in ('', stay_lines.billing_npi)
        and stay_lines.revenue_code between rates.revenue_from and rates.revenue_to
        and stay_lines.rate_day between rates.from_day and rates.to_day
    where stay_lines.method = 'per_diem'
),
beds as (
    select distinct
        stay_lines.claim_id,
        stay_lines.line
    from stay_lines
    join program_room_and_board as board
        on stay_lines.revenue_code between board.revenue_from and board.revenue_to
),
shares as (
    select
        claim_id,
        line,
        charge_cents,
        cast(sum(charge_cents) over (partition by claim_id) as bigint) as claim_cents,
        cast(sum(charge_cents) over (
            partition by claim_id
            order by line asc
            rows between unbounded preceding and current row
        ) as bigint) as through_cents
    from stay_lines
    where method = 'drg'
),
priced as (
    select
        shares.claim_id,
        shares.line,
        shares.charge_cents,
        shares.claim_cents,
        shares.through_cents,
        group_stays.stay_cents
    from shares
    join group_stays on group_stays.claim_id = shares.claim_id
)
select
    stay_lines.claim_id,
    stay_lines.line,
    case
        when stay_lines.method = 'per_diem' and beds.claim_id is null then cast(0 as bigint)
        when stay_lines.method = 'per_diem' then day_rates.cents * day_rates.units
        when priced.claim_cents = 0 then cast(0 as bigint)
        else cast(floor(priced.stay_cents * priced.through_cents / priced.claim_cents) as bigint)
            - cast(floor(priced.stay_cents * (priced.through_cents - priced.charge_cents) / priced.claim_cents) as bigint)
    end as cents
from stay_lines
left join beds on beds.claim_id = stay_lines.claim_id and beds.line = stay_lines.line
left join day_rates
    on day_rates.claim_id = stay_lines.claim_id and day_rates.line = stay_lines.line and day_rates.choice = 1
left join priced on priced.claim_id = stay_lines.claim_id and priced.line = stay_lines.line
