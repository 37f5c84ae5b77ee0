-- People two of whose entries run at the same time: in order of start, one begins before the one before it ends.
-- key: person_no, practice_no
-- kept: always (its reader is written into each of its own readers)
-- reads: entries
with neighbours as (
  select
    person_no,
    practice_no,
    end_s,
    min(start_s) over (
      partition by person_no, practice_no order by start_s rows between 1 following and 1 following
    ) as next_start_s
  from entries
)
select distinct person_no, practice_no from neighbours where next_start_s < end_s
