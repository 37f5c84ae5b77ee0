-- priced: the fee schedule has an amount for each code on its service date and place.
-- reads: choices
select care_no, slot, 'priced' as rule, 'unknown' as verdict,
  'no amount for ' || base_code || case when add_on_units > 0 and base_cents is not null then ' add-on ' || add_on_code
    else '' end as observed,
  'a fee schedule amount for the place of service' as required
from choices
where amount_cents is null
