-- How many characters the chronic prefixes have: a code's categories are looked up by its beginnings of these lengths.
-- key: characters
-- reads: rule_chronic_prefixes
select distinct cast(length(prefix) as integer) as characters
from rule_chronic_prefixes
