-- Yields: the price of each line of a stay, for the whole line, in cents; null where the program has no rate. By the day:
-- days of room and board times their rate, and nothing for what is within them. By group: the price
-- of the stay, divided over its lines by charge so that the parts add up to the cent.
-- Key: claim_id, line.
-- Inputs: stay_lines, group_stays, stay_rates, program_room_and_board.
with beds as (
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
parts as (
    select
        shares.claim_id,
        shares.line,
        shares.claim_cents,
        group_stays.stay_cents * shares.through_cents as through_product,
        group_stays.stay_cents * (shares.through_cents - shares.charge_cents) as before_product
    from shares
    join group_stays on group_stays.claim_id = shares.claim_id
),
-- Engines divide in floating point, which past 2^53 is off by one where a product lies beside a multiple: what is left
-- over, in whole numbers, says so and puts it right.
guessed as (
    select
        claim_id,
        line,
        claim_cents,
        through_product,
        before_product,
        cast(floor(through_product / claim_cents) as bigint) as through_guess,
        cast(floor(before_product / claim_cents) as bigint) as before_guess
    from parts
    where claim_cents > 0
),
left_over as (
    select
        claim_id,
        line,
        claim_cents,
        through_guess,
        before_guess,
        through_product - through_guess * claim_cents as through_left,
        before_product - before_guess * claim_cents as before_left
    from guessed
),
priced as (
    select
        claim_id,
        line,
        through_guess + case when through_left < 0 then -1 when through_left >= claim_cents then 1 else 0 end
        - before_guess - case when before_left < 0 then -1 when before_left >= claim_cents then 1 else 0 end as cents
    from left_over
    union all
    select
        claim_id,
        line,
        0 as cents
    from parts
    where claim_cents <= 0
)
select
    stay_lines.claim_id,
    stay_lines.line,
    case
        when stay_lines.method = 'drg' then priced.cents
        when beds.claim_id is null then cast(0 as bigint)
        else day_rates.amount * stay_lines.units
    end as cents
from stay_lines
left join beds on beds.claim_id = stay_lines.claim_id and beds.line = stay_lines.line
left join stay_rates as day_rates
    on day_rates.claim_id = stay_lines.claim_id
    and day_rates.kind = 'per_diem'
    and day_rates.revenue_code = stay_lines.revenue_code
left join priced on priced.claim_id = stay_lines.claim_id and priced.line = stay_lines.line
