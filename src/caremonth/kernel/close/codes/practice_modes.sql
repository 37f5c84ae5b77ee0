-- How each practice bills each service in the month: by individual codes, by its bundled code, or not at all; and
-- whether amounts follow its locality or the national schedule. Where more than one way is lawful, the site's choice.
-- key: practice_no, service
-- reads: practice_months, rule_kinds, rule_settings
select m.practice_no, k.service, k.mode, k.code, k.month_units, k.seconds, k.later_seconds, k.amount_basis
from practice_months m
join rule_kinds k on k.practice_kind = m.kind and k.from_day <= :last_day and k.to_day >= :last_day
left join rule_settings s on s.name = k.setting and s.from_day <= :last_day and s.to_day >= :last_day
where k.setting = '' or s.value = k.choice
