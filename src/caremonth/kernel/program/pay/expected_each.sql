-- Yields: what each member-month earns, in cents, rounded half up once a member-month.
-- Key: payee_id, person_id, month_index, fee, cell (two rows may share it when a payee is a group).
-- Inputs: rated, program_fees.
select
    rated.payee_id,
    rated.person_id,
    rated.month_index,
    rated.fee,
    rated.cell,
    cast(floor((2 * rated.rate * rated.part + 100 * rated.whole) / (200 * rated.whole)) as bigint) as cents
from rated
join program_fees as fees on fees.fee = rated.fee and fees.kind = 'per_member'
