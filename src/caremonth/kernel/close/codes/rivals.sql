-- Slots that more than one way of coding is open to.
-- key: care_no, slot, under_service
-- reads: options
select care_no, slot, under_service
from options
group by care_no, slot, under_service
having min(family) <> max(family)
