-- Yields: a number for each person that the facts or the ledger name, so that joins compare numbers, not text.
-- Key: person; person_id. Inputs: people, ledger.
with named as (
    select person_id from people
    union
    select person_id from ledger where person_id is not null
)

select person_id, cast(row_number() over (order by person_id) as bigint) as person
from named
