"""A Synthea export of three people, as small as it can be and still hold every kind of thing that is imported."""

from __future__ import annotations

import gzip
from pathlib import Path

TABLES = {
    "patients": """Id,BIRTHDATE,DEATHDATE,FIRST,LAST,GENDER,ADDRESS,CITY,STATE,ZIP,FIPS
ada,1950-04-01,,Ada1,Able2,F,1 Elm St,Boston,Massachusetts,02108,25025
bob,1948-01-31,2026-02-03,Bob3,Baker4,M,2 Elm St,Boston,Massachusetts,00000,
cy,2020-06-01,,Cy5,Child6,M,3 Elm St,Boston,Massachusetts,02108,1001
""",
    "organizations": """Id,NAME
elm,Elm Street Medical
oak,Oak Hospital
""",
    "providers": """Id,NAME
dora,Dora Doctor
hank,Hank Hospitalist
""",
    "payers": """Id,NAME
m,Medicare
a,Aetna
d,Dual Eligible
n,NO_INSURANCE
""",
    "payer_transitions": """PATIENT,MEMBERID,START_DATE,END_DATE,PAYER,SECONDARY_PAYER
ada,A1,2024-01-10T15:00:00Z,2025-01-10T15:00:00Z,m,a
ada,A1,2025-01-10T15:00:00Z,2026-01-10T15:00:00Z,m,a
ada,A1,2026-01-10T15:00:00Z,2027-01-10T15:00:00Z,d,
bob,,2024-01-10T15:00:00Z,2025-01-10T15:00:00Z,n,
bob,B1,2025-01-10T15:00:00Z,2026-01-10T15:00:00Z,a,
""",
    "encounters": """Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,ENCOUNTERCLASS,CODE,DESCRIPTION
e1,2025-05-01T14:00:00Z,2025-05-01T14:30:00Z,ada,elm,dora,wellness,162673000,General examination of patient (procedure)
e2,2025-06-01T03:30:00Z,2025-06-01T04:00:00Z,ada,elm,dora,ambulatory,185347001,Encounter for problem (procedure)
e3,2025-07-01T14:00:00Z,2025-07-01T14:30:00Z,ada,oak,hank,ambulatory,185347001,Encounter for problem (procedure)
e4,2025-08-01T14:00:00Z,2025-08-05T14:30:00Z,ada,oak,hank,inpatient,32485007,Hospital admission (procedure)
e5,2025-08-05T15:00:00Z,2025-08-20T14:30:00Z,ada,oak,hank,snf,32485007,Hospital admission (procedure)
e6,2025-09-01T14:00:00Z,2025-09-01T14:30:00Z,ada,elm,dora,virtual,185317003,Telephone encounter (procedure)
e7,2025-09-02T14:00:00Z,2025-09-02T14:30:00Z,bob,oak,hank,emergency,50849002,Emergency room admission (procedure)
e8,2025-09-03T14:00:00Z,2025-09-03T14:30:00Z,cy,elm,dora,wellness,410620009,Well child visit (procedure)
""",
    "conditions": """START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
2019-01-01,,ada,e1,SNOMED-CT,44054006,Diabetes mellitus type 2 (disorder)
2019-01-01,,ada,e1,SNOMED-CT,82423001,Chronic pain (finding)
2019-01-01,2020-01-01,ada,e1,SNOMED-CT,160903007,Full-time employment (finding)
2020-01-01,2020-02-01,bob,e7,SNOMED-CT,195662009,Acute viral pharyngitis (disorder)
""",
    "careplans": """Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION
c1,2024-01-01,,ada,e1,735985000,Diabetes self management plan (record artifact)
c2,2020-01-01,2021-01-01,ada,e1,385691007,Fracture care (regime/therapy)
""",
}


def put_synthea(folder: Path, zipped: bool = False, **changed: str | None) -> Path:
    """Write the export, with tables changed or (None) left away."""
    folder.mkdir(parents=True)
    for name, text in {**TABLES, **changed}.items():
        if text is not None:
            content = text.encode()
            (folder / f"{name}.csv{'.gz' if zipped else ''}").write_bytes(gzip.compress(content) if zipped else content)
    return folder
