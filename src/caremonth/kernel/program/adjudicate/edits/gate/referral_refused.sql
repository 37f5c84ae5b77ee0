-- Yields: gated lines whose claim names no referral that covers them, with what is nearest to covering.
-- Key: claim_id, line. Inputs: gated_lines, asked_lines, referral_offers.
with ranked as (
    select
        claim_id,
        line,
        referral_id,
        finding,
        row_number() over (partition by claim_id, line order by nearness asc, referral_id asc) as choice
    from referral_offers
)
select
    gated_lines.claim_id,
    gated_lines.line,
    coalesce(ranked.finding, gated_lines.absent_finding) as finding,
    case
        when ranked.finding is not null then 'referral ' || ranked.referral_id || ' does not cover this line'
        when asked_lines.referral_number = '' then 'the claim names no referral'
        else 'referral number ' || asked_lines.referral_number || ' of this member is not known'
    end as observed
from gated_lines
join asked_lines on asked_lines.claim_id = gated_lines.claim_id and asked_lines.line = gated_lines.line
left join ranked
    on ranked.claim_id = gated_lines.claim_id and ranked.line = gated_lines.line and ranked.choice = 1
where gated_lines.mechanism = 'number'
    and coalesce(ranked.finding, '') <> 'covers'
