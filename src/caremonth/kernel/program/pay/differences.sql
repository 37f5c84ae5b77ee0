-- Yields: expected − posted where they differ. posted_entry: the last entry that a negative difference takes back.
-- Key: payee_id, person_id, month_index, fee, cell. Inputs: expected, posted.
with both_sides as (
    select payee_id, person_id, month_index, fee, cell, cents as expected, 0 as already, '' as posted_entry
    from expected
    union all
    select
        payee_id,
        person_id,
        month_index,
        fee,
        cell,
        0 as expected,
        cents as already,
        case when cents > 0 then entry_id else '' end as posted_entry
    from posted
),

summed as (
    select
        payee_id,
        person_id,
        month_index,
        fee,
        cell,
        cast(sum(expected) as bigint) as expected,
        cast(sum(already) as bigint) as already,
        max(posted_entry) as posted_entry
    from both_sides
    group by payee_id, person_id, month_index, fee, cell
)

select payee_id, person_id, month_index, fee, cell, expected, already, posted_entry
from summed
where expected <> already
