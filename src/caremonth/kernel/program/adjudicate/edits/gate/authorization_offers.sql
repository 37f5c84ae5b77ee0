-- Yields: each prior authorization that a line names, where its service
-- needs one, and that covers the line. units_left is null where it sets no number.
-- Key: claim_id, line, referral_id. Inputs: lines_to_authorize, referrals, line_classes.
with same_class as (
    select
        lines_to_authorize.claim_id,
        lines_to_authorize.line,
        line_classes.class
    from lines_to_authorize
    join line_classes
        on line_classes.claim_id = lines_to_authorize.claim_id and line_classes.line = lines_to_authorize.line
)
select
    lines_to_authorize.claim_id,
    lines_to_authorize.line,
    referrals.referral_id,
    cast(case
        when referrals.units is not null then greatest(0, referrals.units - coalesce(referrals.used, 0))
    end as bigint) as units_left,
    coalesce(referrals.unit_kind, 'units') as unit_kind
from lines_to_authorize
join referrals
    on referrals.person_id = lines_to_authorize.person_id
    and referrals.kind = 'authorization'
    and referrals.status in ('approved', 'modified')
    and referrals.number = lines_to_authorize.authorization_number
    and referrals.start_date <= lines_to_authorize.service_date
    and coalesce(referrals.end_date, 2932896) >= lines_to_authorize.service_date
left join same_class
    on same_class.claim_id = lines_to_authorize.claim_id
    and same_class.line = lines_to_authorize.line
    and same_class.class = referrals.service_class
where (referrals.service_class is null or same_class.class is not null)
    and (
        referrals.to_npi is null
        or referrals.to_npi in (lines_to_authorize.billing_npi, lines_to_authorize.provider_npi)
    )
