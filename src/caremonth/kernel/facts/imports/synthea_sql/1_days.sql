-- The day that is written.
create macro written_day(text) as cast(try_cast(substr(text, 1, 10) as date) - date '1970-01-01' as integer);
-- The day on the practice's wall: of a moment the local one, of a day alone that day.
create macro local_day(text) as case
    when length(text) <= 10 then written_day(text)
    else cast(
        cast(timezone((select time_zone from options), try_cast(text as timestamptz)) as date) - date '1970-01-01'
        as integer
    )
end;
-- Whether a moment is a day in disguise: coverage goes by days, and one of midnight in UTC would move to the day before.
create macro is_day(text) as length(text) <= 10 or regexp_full_match(substr(text, 11), '[T ]00:00(:00(\.0+)?)?(Z|\+00(:?00)?)');
create macro covered_day(text) as case when is_day(text) then written_day(text) else local_day(text) end;
