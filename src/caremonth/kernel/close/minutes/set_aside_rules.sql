-- The rules that set time aside, by number: inside the close a number is sorted and counted with, where time is told of it
-- is a name again. Of the rules that close a window (6 to 10) the lowest number speaks first.
-- key: rule_no
-- reads: (nothing)
select 1 as rule_no, 'code-in-force' as rule
union all
select 2 as rule_no, 'clinical-staff-only' as rule
union all
select 3 as rule_no, 'onshore' as rule
union all
select 4 as rule_no, 'not-in-person' as rule
union all
select 5 as rule_no, 'one-clock' as rule
union all
select 6 as rule_no, 'alive' as rule
union all
select 7 as rule_no, 'consent-documented' as rule
union all
select 8 as rule_no, 'consent-before-minutes' as rule
union all
select 9 as rule_no, 'consent-active' as rule
union all
select 10 as rule_no, 'countable-setting' as rule
union all
select 11 as rule_no, 'one-service-per-minute' as rule
