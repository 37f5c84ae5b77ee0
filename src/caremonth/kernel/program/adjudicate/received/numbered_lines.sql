-- Yields: lines with their place in the claim. Key: line_row. Inputs: x12_lines.
select
    line_row,
    claim_row,
    row_number() over (partition by claim_row order by line_row) as line,
    procedure_code,
    revenue_code,
    modifier_1,
    modifier_2,
    modifier_3,
    modifier_4,
    units,
    charge_cents,
    service_date,
    place_of_service,
    diagnosis_pointer_1,
    diagnosis_pointer_2,
    diagnosis_pointer_3,
    diagnosis_pointer_4,
    emergency,
    family_planning,
    line_control_number
from x12_lines
