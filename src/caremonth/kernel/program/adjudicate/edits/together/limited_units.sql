-- Yields: for lines whose code has a limit, how many of their units are within it, taken in order of receipt; and the
-- limit that allows least. Key: claim_id, line. Inputs: counted_lines, bundled, program_limits, calendar.
with asked as (
    select
        counted_lines.claim_id,
        counted_lines.line,
        counted_lines.units,
        counted_lines.received_on,
        counted_lines.person_id,
        limits.limit_name,
        limits.units as limit_units,
        limits.whole_line,
        case when limits.per = 'provider' then counted_lines.provider_npi else '' end as provider,
        case limits.period
            when 'day' then counted_lines.service_date
            when 'month' then calendar.month_number
            when 'year' then calendar.year_number
            else 0
        end as period_number
    from counted_lines
    join program_limits as limits
        on counted_lines.code between limits.code_from and limits.code_to
        and counted_lines.service_date between limits.from_day and limits.to_day
    join calendar on calendar.day = counted_lines.service_date
    left join bundled on bundled.claim_id = counted_lines.claim_id and bundled.line = counted_lines.line
    where bundled.claim_id is null
),
taken as (
    select
        claim_id,
        line,
        units,
        limit_name,
        limit_units,
        whole_line,
        coalesce(cast(sum(units) over (
            partition by limit_name, person_id, provider, period_number
            order by received_on asc nulls last, claim_id asc, line asc
            rows between unbounded preceding and 1 preceding
        ) as bigint), 0) as before_units
    from asked
),
left_over as (
    select
        claim_id,
        line,
        units,
        limit_name,
        cast(case
            when whole_line and before_units + units > limit_units then 0
            else greatest(0, least(units, limit_units - before_units))
        end as bigint) as allowed_units
    from taken
),
ranked as (
    select
        claim_id,
        line,
        units,
        limit_name,
        allowed_units,
        row_number() over (partition by claim_id, line order by allowed_units asc, limit_name asc) as choice
    from left_over
)
select
    claim_id,
    line,
    units,
    allowed_units,
    limit_name
from ranked
where choice = 1
