-- The seconds at which each family's last unit is earned: by anyone's clock, or by the practitioner's alone.
-- key: care_no, family, base_code
-- reads: reached_families, standings
select
  care_no,
  practice_no,
  family,
  base_code,
  case when performer = 'practitioner' then 1 else 0 end as alone,
  case when add_on_units = 0 then first_seconds else step_from_seconds + add_on_units * step_seconds end as needed_s
from reached_families
union all
select care_no, practice_no, 'bundled' as family, bundled_code as base_code, 0 as alone, bundled_seconds as needed_s
from standings
where mode = 'bundled'
