-- Yields: the first twelve diagnoses of a claim in its own order, joined by ';'. Key: claim_row. Inputs: x12_diagnoses.
select
    claim_row,
    max(case when diagnosis_number = 1 then code else '' end)
    || max(case when diagnosis_number = 2 then ';' || code else '' end)
    || max(case when diagnosis_number = 3 then ';' || code else '' end)
    || max(case when diagnosis_number = 4 then ';' || code else '' end)
    || max(case when diagnosis_number = 5 then ';' || code else '' end)
    || max(case when diagnosis_number = 6 then ';' || code else '' end)
    || max(case when diagnosis_number = 7 then ';' || code else '' end)
    || max(case when diagnosis_number = 8 then ';' || code else '' end)
    || max(case when diagnosis_number = 9 then ';' || code else '' end)
    || max(case when diagnosis_number = 10 then ';' || code else '' end)
    || max(case when diagnosis_number = 11 then ';' || code else '' end)
    || max(case when diagnosis_number = 12 then ';' || code else '' end) as diagnoses
from x12_diagnoses
group by claim_row
