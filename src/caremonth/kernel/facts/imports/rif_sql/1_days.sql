create macro claim_day(text) as
    cast(cast(try_strptime(text, ['%d-%b-%Y', '%Y%m%d', '%Y-%m-%d']) as date) - date '1970-01-01' as integer);
