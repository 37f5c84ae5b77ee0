-- Yields: what this run holds back (negative) or gives back because less was earned or a smaller part is held back.
-- A month before the look-back moves only with its fee.
-- Key: payee, person, month_index, fee (the number of what is withheld), cell.
-- Inputs: withheld_expected, withheld_posted, program_withholds, program_months, deltas.
with both_sides as (
    select payee, person, month_index, fee, cell, cents as due, 0 as held
    from withheld_expected
    union all
    select payee, person, month_index, fee, cell, 0 as due, cents as held
    from withheld_posted
),

summed as (
    select payee, person, month_index, fee, cell, cast(sum(due) as bigint) as due, cast(sum(held) as bigint) as held
    from both_sides
    group by payee, person, month_index, fee, cell
)

select
    summed.payee,
    summed.person,
    summed.month_index,
    months.month,
    summed.fee,
    summed.cell,
    summed.held - summed.due as cents,
    case
        when deltas.payee is null then 'withhold_changed'
        when summed.due > summed.held then 'withheld'
        else 'withhold_returned'
    end as reason
from summed
join program_months as months on months.month_index = summed.month_index
join program_withholds as withholds
    on withholds.withheld_fee = summed.fee and withholds.month_index = summed.month_index
left join deltas
    on deltas.fee = withholds.fee
    and deltas.payee = summed.payee
    and deltas.person = summed.person
    and deltas.month_index = summed.month_index
    and deltas.cell = summed.cell
where summed.due <> summed.held and (months.late_news_counts or deltas.payee is not null)
