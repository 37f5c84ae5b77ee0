-- Yields: a number for each payee that there may be: providers, their groups, the entity, and payees of the ledger.
-- Key: payee; payee_id. Inputs: pcps, ledger. Parameters: entity.
with named as (
    select pcp_id as payee_id from pcps
    union
    select group_id as payee_id from pcps where group_id is not null
    union
    select payee_id from ledger
    union
    select cast(:entity as text) as payee_id
)

select payee_id, cast(row_number() over (order by payee_id) as bigint) as payee
from named
