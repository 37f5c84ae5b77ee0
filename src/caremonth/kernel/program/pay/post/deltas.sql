-- Yields: the differences that this run posts, each with its reason.
-- A month before the look-back moves no money, except to take back what was paid after a death. Where the program
-- holds providers harmless, a paid month is not taken back because a span was ended late. Nothing is taken back where a
-- row that could not be read may say otherwise: neither of its member nor of a whole panel.
-- Key: payee, person, month_index, fee, cell.
-- Inputs: differences, taken_from, given_to, still_members, held_members, program_months, last_days.
-- Parameters: hold_harmless, run_month_index, rows_set_aside.
with judged as (
    select
        differences.payee,
        differences.person,
        differences.month_index,
        differences.fee,
        differences.cell,
        differences.expected,
        differences.already,
        months.month,
        months.late_news_counts,
        months.late_death_counts,
        coalesce(last_days.last_day < months.last_day, false) as died_before,
        case
            when differences.expected < differences.already then given.person is not null
            else taken.person is not null
        end as moved,
        case
            when differences.expected < differences.already
                then coalesce(given.first_payee = differences.payee and given.last_payee = differences.payee, false)
            else coalesce(taken.first_payee = differences.payee and taken.last_payee = differences.payee, false)
        end as same_payee,
        still_members.person is not null as still_member,
        held_members.person is not null
            or (:rows_set_aside and differences.person = 0 and differences.expected < differences.already) as held
    from differences
    join program_months as months on months.month_index = differences.month_index
    left join last_days on last_days.person = differences.person
    left join taken_from as taken
        on taken.person = differences.person
        and taken.month_index = differences.month_index
        and taken.fee = differences.fee
    left join given_to as given
        on given.person = differences.person
        and given.month_index = differences.month_index
        and given.fee = differences.fee
    left join still_members
        on still_members.person = differences.person and still_members.month_index = differences.month_index
    left join held_members on held_members.person = differences.person
)

select
    payee,
    person,
    month_index,
    month,
    fee,
    cell,
    expected - already as cents,
    case
        when already = 0 and not moved and month_index = :run_month_index then 'month'
        when person = 0 and already = 0 then 'late_enrollment'
        when person = 0 then 'panel_recounted'
        when moved and not same_payee then 'pcp_changed'
        when moved and (expected = 0 or already = 0) then 'rate_cell_changed'
        when already = 0 then 'late_enrollment'
        when expected <> 0 then 'rate_or_days_changed'
        when died_before then 'death'
        when still_member then 'left_panel'
        else 'not_eligible'
    end as reason
from judged
where not held
    and (late_news_counts or (late_death_counts and died_before and expected < already))
    and not (
        :hold_harmless
        and expected < already
        and not moved
        and not died_before
        and person <> 0
        and month_index < :run_month_index
    )
