-- Yields: what each member-month earns, in cents, rounded half up once. Parts of a month that a payee is owed at one
-- rate (the member changed group, or provider within the payee's group) are put together before they are rounded.
-- Key: payee, person, month_index, fee, cell. Inputs: rated.
with shares as (
    select payee, person, month_index, fee, cell, rate, part, whole
    from rated
    where kind = 'per_member' and part = whole
    union all
    select payee, person, month_index, fee, cell, rate, cast(sum(part) as bigint) as part, whole
    from rated
    where kind = 'per_member' and part <> whole
    group by payee, person, month_index, fee, cell, rate, whole
)

select
    payee,
    person,
    month_index,
    fee,
    cell,
    cast(floor((2 * rate * part + 100 * whole) / (200 * whole)) as bigint) as cents
from shares
