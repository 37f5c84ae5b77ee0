-- A local day of a UTC moment, as a day number: the day on the practice's wall.
create macro local_day(moment) as cast(
    cast(timezone((select time_zone from options), try_cast(moment as timestamptz)) as date) - date '1970-01-01' as integer
);
create macro written_day(text) as cast(try_cast(substr(text, 1, 10) as date) - date '1970-01-01' as integer);
