-- Yields: member-months, each by the count rule in force in its month; part ÷ whole of the month is earned.
-- Key: basis, person, month_index (under the daily rule also pcp, class).
-- Inputs: count_snapshot, count_any_day, count_daily, count_semi_month.
select basis, person, month_index, pcp, class, birth_day, traits, provider_class, part, whole
from count_snapshot
union all
select basis, person, month_index, pcp, class, birth_day, traits, provider_class, part, whole
from count_any_day
union all
select basis, person, month_index, pcp, class, birth_day, traits, provider_class, part, whole
from count_daily
union all
select basis, person, month_index, pcp, class, birth_day, traits, provider_class, part, whole
from count_semi_month
