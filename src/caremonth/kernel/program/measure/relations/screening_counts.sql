-- Yields: the counts of CMS-416 in each age band; all but line_1a are of line 1b's children. referral_untold: children
-- who were screened and of whose screens no claim says whether a referral was given. Key: band. Inputs: screening_people.
select
    band,
    cast(count(*) as bigint) as line_1a,
    cast(sum(continuously) as bigint) as eligible,
    cast(sum(continuously * months) as bigint) as months,
    cast(sum(continuously * screens) as bigint) as delivered,
    cast(sum(case when continuously = 1 and screens > 0 then 1 else 0 end) as bigint) as with_one,
    cast(sum(case when continuously = 1 and referred = 1 then 1 else 0 end) as bigint) as referred,
    cast(sum(case when continuously = 1 and screens > 0 and referred is null then 1 else 0 end) as bigint)
        as referral_untold,
    cast(sum(continuously * enrolled) as bigint) as enrolled
from screening_people
group by band
