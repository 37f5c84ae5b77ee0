-- Yields: what each member-month earns, in cents, rounded half up once a member-month.
-- Key: payee, person, month_index, fee, cell (two rows may share it when the payee is a group).
-- Inputs: rated.
select
    payee,
    person,
    month_index,
    fee,
    cell,
    cast(floor((2 * rate * part + 100 * whole) / (200 * whole)) as bigint) as cents
from rated
where kind = 'per_member'
