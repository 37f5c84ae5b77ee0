-- Yields: person-months of a fee from which something is taken back, and the payees it is taken from.
-- Key: person, month_index, fee. Inputs: differences.
select person, month_index, fee, min(payee) as first_payee, max(payee) as last_payee
from differences
where expected < already and person <> 0
group by person, month_index, fee
