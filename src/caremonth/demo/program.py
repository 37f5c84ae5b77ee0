"""An invented PCCM program by seed: members in households, providers, three years of news and of care.

    tables = invent_program(members=50_000, pcps=60, seed=7)

The news is as real news is: births, gaps, returns, deaths told months late, changes of provider dated back, Medicare
found afterwards, members whom nobody has assigned. Nobody in it exists.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from caremonth.demo.program_care import care
from caremonth.demo.program_members import members as invent_members
from caremonth.demo.program_members import providers
from caremonth.demo.program_stays import stays


def invent_program(members: int, pcps: int, seed: int = 7, years_of_care: int = 1) -> dict[str, pa.Table]:
    """The program's facts by table, in canonical types; the same seed and sizes give the same tables."""
    rng = np.random.default_rng(seed)
    panel, towns = providers(rng, pcps, members)
    tables, made = invent_members(rng, members, panel, towns)
    tables |= care(rng, made, panel, years_of_care)
    for name, rows in stays(rng, made, years_of_care).items():
        tables[name] = pa.concat_tables([tables[name], rows], promote_options="default")
    return {"pcps": panel, **tables}
