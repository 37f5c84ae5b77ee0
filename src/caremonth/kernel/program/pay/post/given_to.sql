-- Yields: of those person-months, the ones that are still owed to somebody, and to whom.
-- Key: person, month_index, fee. Inputs: expected, taken_from.
select
    expected.person,
    expected.month_index,
    expected.fee,
    min(expected.payee) as first_payee,
    max(expected.payee) as last_payee
from expected
join taken_from
    on taken_from.person = expected.person
    and taken_from.month_index = expected.month_index
    and taken_from.fee = expected.fee
group by expected.person, expected.month_index, expected.fee
