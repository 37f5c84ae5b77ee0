-- Yields: the diagnoses of a line: those it points at, or all of its claim's where lines do not point.
-- Key: line_row. Inputs: numbered_lines, x12_diagnoses, claim_diagnosis_lists.
select
    lines.line_row,
    case
        when first_one.code is null then whole.diagnoses
        else first_one.code
            || coalesce(';' || second_one.code, '')
            || coalesce(';' || third_one.code, '')
            || coalesce(';' || fourth_one.code, '')
    end as diagnoses
from numbered_lines as lines
left join claim_diagnosis_lists as whole on whole.claim_row = lines.claim_row
left join x12_diagnoses as first_one
    on first_one.claim_row = lines.claim_row and first_one.diagnosis_number = lines.diagnosis_pointer_1
left join x12_diagnoses as second_one
    on second_one.claim_row = lines.claim_row and second_one.diagnosis_number = lines.diagnosis_pointer_2
left join x12_diagnoses as third_one
    on third_one.claim_row = lines.claim_row and third_one.diagnosis_number = lines.diagnosis_pointer_3
left join x12_diagnoses as fourth_one
    on fourth_one.claim_row = lines.claim_row and fourth_one.diagnosis_number = lines.diagnosis_pointer_4
