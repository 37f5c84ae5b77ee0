"""Facts of N people for the close's benchmarks: eight entries each, real shapes, a little of every mess.

Staff work slots of a shift one after another, so that overlaps are as rare as in life (under one entry in
a hundred).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

MONTH_START_S = 1_772_341_200  # 2026-03-01 00:00 in New York
PRACTICES = 20
ENTRIES_A_STAFF = 120


def generate(people: int, folder: Path) -> None:
    """Write the practice-side tables for `people` people (a multiple of 1,000) as Parquet into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = people // PRACTICES
    queries = {
        "practices": f"""
            select 'practice-' || i as practice_id, 'Practice ' || i as name, 'physician_practice' as kind,
              '11' as place_of_service, 'America/New_York' as time_zone from range({PRACTICES}) t(i)""",
        "team": f"""
            select 'staff-' || i as staff_id, 'practice-' || (i * {ENTRIES_A_STAFF} // (8 * {panel})) as practice_id,
              case when i % 7 = 0 then 'practitioner' when i % 199 = 0 then 'other' else 'clinical_staff' end as role,
              i % 997 = 0 as offshore
            from range((8 * {people} + {ENTRIES_A_STAFF} - 1) // {ENTRIES_A_STAFF}) t(i)""",
        "people": f"""
            select 'person-' || i as person_id, 'practice-' || (i // {panel}) as practice_id,
              date '1950-01-01' + (i % 9000)::integer as birth_date, case when i % 2 = 0 then 'F' else 'M' end as sex,
              case when i % 500 = 3 then date '2026-03-17' end as death_date
            from range({people}) t(i)""",
        "coverage": f"""
            select 'person-' || i as person_id, case when i % 5 = 0 then 'plan-a' else 'medicare' end as payer_id,
              case when i % 5 = 0 then 'medicare_advantage' else 'medicare_ffs' end as product,
              date '2015-01-01' as start_date, 1 as rank, i % 11 = 0 as qmb
            from range({people}) t(i) where i % 331 <> 0""",
        "conditions": f"""
            select 'person-' || i as person_id, 'icd10cm' as code_system,
              case k when 0 then 'I10' when 1 then ['E11.9', 'E11.65', 'J44.9', 'N18.30'][1 + i % 4]
                else ['I50.22', 'E78.5', 'F33.1', 'M17.0', 'I10'][1 + i % 5] end as code,
              date '2019-01-01' as onset_date
            from range({people}) t(i), range(3) c(k) where k < 1 + (i + 2) % 3""",
        "consents": f"""
            select 'person-' || i as person_id, 'practice-' || (i // {panel}) as practice_id,
              case when i % 13 = 0 then 'apcm' when i % 17 = 0 then 'pcm' else 'ccm' end as service,
              case when i % 41 = 0 then timestamptz '2026-03-12 15:00:00Z' else timestamptz '2025-06-02 15:00:00Z' end
                as given_at,
              case when i % 211 = 0 then timestamptz '2026-03-20 15:00:00Z' end as revoked_at, 'verbal' as method
            from range({people}) t(i) where i % 37 <> 0""",
        "visits": f"""
            select 'person-' || i as person_id, 'practice-' || (i // {panel}) as practice_id,
              date '2025-04-01' + (i % 300 + 20 * k)::integer as service_date,
              case when i % 53 = 0 then '99211' else '99214' end as code
            from range({people}) t(i), range(2) c(k)""",
        "care_plans": f"""
            select 'person-' || i as person_id, 'practice-' || (i // {panel}) as practice_id,
              case when i % 13 = 0 then 'apcm' when i % 17 = 0 then 'pcm' else 'ccm' end as service,
              date '2025-06-03' as established_on, date '2025-06-05' as given_to_patient_on
            from range({people}) t(i) where i % 43 <> 0""",
        "decision_making": f"""
            select 'person-' || i as person_id, '2026-03' as month,
              ['low', 'moderate', 'high'][1 + (i // 5) % 3] as level from range({people}) t(i) where i % 5 = 0""",
        "time_entries": f"""
            select 'entry-' || e as time_entry_id,
              'person-' || (e // (8 * {panel}) * {panel} + (e % (8 * {panel})) * 7919 % {panel}) as person_id,
              'staff-' || (e // {ENTRIES_A_STAFF}) as staff_id,
              case when p % 13 = 0 then 'apcm' when p % 17 = 0 then 'pcm' when e % 61 = 0 then 'rpm' else 'ccm' end
                as service,
              make_timestamptz(({MONTH_START_S} + 86400 * (1 + slot // 6) + 28800
                + 4800 * (slot % 6) + 60 * (e % 11)) * 1000000) as started_at,
              make_timestamptz(({MONTH_START_S} + 86400 * (1 + slot // 6) + 28800
                + 4800 * (slot % 6) + 60 * (e % 11) + 120 + e * 37 % 600
                + case when e % 307 = 0 then 5400 else 0 end) * 1000000) as ended_at,
              e % 101 = 0 as in_person, e % 3 = 0 as live_contact
            from (select e, (e + 17 * (e // {panel})) % {ENTRIES_A_STAFF} as slot,
              e // (8 * {panel}) * {panel} + (e % (8 * {panel})) * 7919 % {panel} as p
              from range(8 * {people}) t(e))""",
        "stays": f"""
            select 'person-' || i as person_id, case when i % 3 = 0 then 'hospice' else 'inpatient' end as kind,
              date '2026-03-05' as start_date, date '2026-03-09' as end_date
            from range({people}) t(i) where i % 50 = 7""",
        "device_days": f"""
            select 'person-' || i as person_id, 'rpm' as service, 'blood_pressure' as device,
              date '2026-03-01' + d::integer as reading_date
            from range({people}) t(i), range(20) c(d) where i % 20 = 0 and d < 14 + i % 6""",
        "other_claims": f"""
            select 'person-' || i as person_id, ['99490', '99426', 'G0181', '99457'][1 + i % 4] as code,
              date '2026-03-15' as service_date,
              case when i % 3 = 0 then 'practice-' || (i // {panel}) end as practice_id
            from range({people}) t(i) where i % 60 = 11""",
    }
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false; set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        for table, query in queries.items():
            target = folder / f"{table}.parquet"
            connection.execute(f"copy ({query}) to '{target}' (format parquet, compression zstd)")
