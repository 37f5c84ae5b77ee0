-- Yields: each referral that a gated line names by number, and whether it covers the line: finding is 'covers', or
-- what is wrong first (rank orders what is nearest to covering). A line that names no number is covered by what the
-- provider of record on the day, named as the referring one, has referred for. A class or specialty that is not known
-- on either side is not compared: a visit says nothing of what it was for, the provider's specialty does; nor is a class
-- that the program does not have.
-- units_left is null where the referral sets no number.
-- Key: claim_id, line, referral_id.
-- Inputs: gated_lines, asked_lines, referrals, line_classes, line_pcp, group_members, current_assignments, pcps,
-- program_referral_terms, program_class_rules, program_specific_classes.
with by_pcp as (
    select
        asked_lines.claim_id,
        asked_lines.line
    from asked_lines
    join line_pcp on line_pcp.claim_id = asked_lines.claim_id and line_pcp.line = asked_lines.line
    join group_members
        on group_members.group_id = line_pcp.pcp_group
        and group_members.npi = asked_lines.referring_npi
    where asked_lines.referral_number = ''
),
named as (
    select
        asked_lines.claim_id,
        asked_lines.line,
        asked_lines.person_id,
        asked_lines.billing_npi,
        asked_lines.billing_group,
        asked_lines.provider_npi,
        asked_lines.taxonomy,
        asked_lines.service_date,
        by_pcp.claim_id is null as numbered,
        referrals.referral_id,
        referrals.from_npi,
        referrals.to_npi,
        referrals.to_group,
        referrals.to_taxonomy,
        referrals.service_class,
        referrals.status,
        referrals.start_date,
        coalesce(referrals.end_date, 2932896) as end_date,
        coalesce(referrals.requested_on, referrals.start_date) as asked_on,
        cast(case
            when referrals.units is not null
                then greatest(0, referrals.units - coalesce(referrals.used, 0))
        end as bigint) as units_left,
        coalesce(referrals.unit_kind, 'visits') as unit_kind,
        terms.continuity_days,
        terms.chain_allowed
    from gated_lines
    join asked_lines on asked_lines.claim_id = gated_lines.claim_id and asked_lines.line = gated_lines.line
    left join by_pcp on by_pcp.claim_id = asked_lines.claim_id and by_pcp.line = asked_lines.line
    join referrals
        on referrals.person_id = asked_lines.person_id
        and (
            referrals.number = asked_lines.referral_number
            or (by_pcp.claim_id is not null and referrals.from_npi = asked_lines.referring_npi)
        )
    join program_referral_terms as terms
        on asked_lines.service_date between terms.from_day and terms.to_day
    where gated_lines.mechanism = 'number'
        and coalesce(referrals.kind, 'referral') = 'referral'
),
class_known as (
    select
        named.claim_id,
        named.line,
        named.referral_id,
        max(case when line_classes.class = named.service_class then 1 else 0 end) as same,
        max(case when named.taxonomy <> '' or specific.class is not null then 1 else 0 end) as known
    from named
    join (select distinct class from program_class_rules) as classes on classes.class = named.service_class
    left join line_classes on line_classes.claim_id = named.claim_id and line_classes.line = named.line
    left join program_specific_classes as specific on specific.class = line_classes.class
    group by named.claim_id, named.line, named.referral_id
),
provider_match as (
    select
        named.claim_id,
        named.line,
        named.referral_id,
        max(case
            when named.to_npi is null and named.to_group is null then 1
            when named.to_npi in (named.billing_npi, named.provider_npi) then 1
            when named.to_group = named.billing_group then 1
            when referred.group_id is not null and referred.group_id = named.billing_group then 1
            when colleague.npi is not null then 1
            else 0
        end) as same
    from named
    left join group_members as referred on referred.npi = named.to_npi
    left join group_members as colleague
        on colleague.group_id = coalesce(named.to_group, referred.group_id)
        and colleague.npi = named.provider_npi
    group by named.claim_id, named.line, named.referral_id
),
from_pcp as (
    select
        named.claim_id,
        named.line,
        named.referral_id,
        max(case
            when named.service_date <= coalesce(spans.end_date, 2932896) + named.continuity_days then 2
            else 1
        end) as standing
    from named
    join current_assignments as spans
        on spans.person_id = named.person_id
        and (
            (spans.start_date <= named.asked_on and coalesce(spans.end_date, 2932896) >= named.asked_on)
            or (spans.start_date <= named.service_date and coalesce(spans.end_date, 2932896) >= named.service_date)
        )
    join pcps on pcps.pcp_id = spans.pcp_id
    join group_members
        on group_members.group_id = coalesce(pcps.group_id, pcps.pcp_id)
        and group_members.npi = named.from_npi
    group by named.claim_id, named.line, named.referral_id
),
judged as (
    select
        named.claim_id,
        named.line,
        named.referral_id,
        named.units_left,
        named.unit_kind,
        named.numbered,
        case
            when named.status = 'denied' then 'referral-denied'
            when provider_match.same = 0 then 'referral-other-provider'
            when class_known.same = 0 and class_known.known = 1 then 'referral-other-service'
            when named.to_taxonomy is not null
                and named.taxonomy <> ''
                and not named.taxonomy like named.to_taxonomy || '%' then 'referral-other-service'
            when named.service_date < named.start_date then 'referral-not-started'
            when named.service_date > named.end_date then 'referral-expired'
            when named.from_npi is not null and not named.chain_allowed and from_pcp.standing is null
                then 'referral-not-from-pcp'
            when named.from_npi is not null and from_pcp.standing = 1 then 'referral-before-pcp-change'
            when named.status = 'pended' then 'referral-pended'
            else 'covers'
        end as finding
    from named
    left join class_known
        on class_known.claim_id = named.claim_id
        and class_known.line = named.line
        and class_known.referral_id = named.referral_id
    left join provider_match
        on provider_match.claim_id = named.claim_id
        and provider_match.line = named.line
        and provider_match.referral_id = named.referral_id
    left join from_pcp
        on from_pcp.claim_id = named.claim_id
        and from_pcp.line = named.line
        and from_pcp.referral_id = named.referral_id
)
select
    claim_id,
    line,
    referral_id,
    units_left,
    unit_kind,
    finding,
    case finding
        when 'covers' then 0
        when 'referral-pended' then 1
        when 'referral-before-pcp-change' then 2
        when 'referral-expired' then 3
        when 'referral-not-started' then 4
        when 'referral-other-service' then 5
        when 'referral-other-provider' then 6
        when 'referral-not-from-pcp' then 7
        else 8
    end as nearness
from judged
where numbered
    or finding = 'covers'
