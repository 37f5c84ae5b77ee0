-- Yields: the differences that this run posts, each with its reason.
-- A month before the look-back moves no money, except to take back what was paid after a death. Where the program
-- holds providers harmless, a paid month is not taken back because a span was ended late.
-- Key: payee_id, person_id, month_index, fee, cell.
-- Inputs: differences, expected, program_months, last_days, member_months. Parameters: hold_harmless, run_month_index.
with taken as (
    select person_id, month_index, fee, min(payee_id) as first_payee, max(payee_id) as last_payee
    from differences
    where expected < already and person_id <> ''
    group by person_id, month_index, fee
),

given as (
    select expected.person_id, expected.month_index, expected.fee, min(expected.payee_id) as first_payee,
        max(expected.payee_id) as last_payee
    from expected
    join taken
        on taken.person_id = expected.person_id
        and taken.month_index = expected.month_index
        and taken.fee = expected.fee
    group by expected.person_id, expected.month_index, expected.fee
),

still_members as (
    select distinct months.person_id, months.month_index
    from member_months as months
    join taken on taken.person_id = months.person_id and taken.month_index = months.month_index
    where months.basis = 'members'
),

judged as (
    select
        differences.payee_id,
        differences.person_id,
        differences.month_index,
        differences.fee,
        differences.cell,
        differences.expected,
        differences.already,
        differences.posted_entry,
        months.month,
        months.late_news_counts,
        months.late_death_counts,
        coalesce(last_days.last_day < months.last_day, false) as died_before,
        case
            when differences.expected < differences.already then given.person_id is not null
            else taken.person_id is not null
        end as moved,
        case
            when differences.expected < differences.already
                then coalesce(given.first_payee = differences.payee_id and given.last_payee = differences.payee_id, false)
            else coalesce(taken.first_payee = differences.payee_id and taken.last_payee = differences.payee_id, false)
        end as same_payee,
        still_members.person_id is not null as still_member
    from differences
    join program_months as months on months.month_index = differences.month_index
    left join last_days on last_days.person_id = differences.person_id
    left join taken
        on taken.person_id = differences.person_id
        and taken.month_index = differences.month_index
        and taken.fee = differences.fee
    left join given
        on given.person_id = differences.person_id
        and given.month_index = differences.month_index
        and given.fee = differences.fee
    left join still_members
        on still_members.person_id = differences.person_id and still_members.month_index = differences.month_index
)

select
    payee_id,
    person_id,
    month_index,
    month,
    fee,
    cell,
    expected - already as cents,
    case when expected < already and posted_entry <> '' then posted_entry end as reverses,
    case
        when already = 0 and not moved and month_index = :run_month_index then 'month'
        when person_id = '' and already = 0 then 'late_enrollment'
        when person_id = '' then 'panel_recounted'
        when moved and not same_payee then 'pcp_changed'
        when moved and (expected = 0 or already = 0) then 'rate_cell_changed'
        when already = 0 then 'late_enrollment'
        when expected <> 0 then 'rate_or_days_changed'
        when died_before then 'death'
        when still_member then 'left_panel'
        else 'not_eligible'
    end as reason
from judged
where (late_news_counts or (late_death_counts and died_before and expected < already))
    and not (
        :hold_harmless
        and expected < already
        and not moved
        and not died_before
        and person_id <> ''
        and month_index < :run_month_index
    )
