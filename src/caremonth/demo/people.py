"""Invented people: a name, an age, an address and a way to be covered."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from caremonth.demo.chart import Chart
from caremonth.demo.diary import Diary
from caremonth.demo.facts import Facts
from caremonth.demo.identifiers import member_id
from caremonth.demo.source import read
from caremonth.demo.team import Site

CLOSED_MONTH = "2026-03"
FIRST_OF_CLOSED = date(2026, 3, 1)


def new_chart(
    facts: Facts, diary: Diary, rng: np.random.Generator, serial: int, site: Site, death: date | None = None
) -> Chart:
    """Write one row of ``people`` and open that person's chart."""
    names = read("names.yaml")
    sex = "F" if rng.random() < 0.56 else "M"
    age_in_days = int(365.25 * min(101, max(34, rng.normal(75, 9))))
    city, state, zip_code = site.town
    person_id = f"p{serial:05d}"
    facts.add(
        "people", person_id=person_id, practice_id=site.practice_id,
        family_name=str(rng.choice(names["family"])),
        given_name=str(rng.choice(names["given_f" if sex == "F" else "given_m"])),
        birth_date=FIRST_OF_CLOSED - timedelta(days=age_in_days), sex=sex, death_date=death,
        street=f"{int(rng.integers(2, 480))} {rng.choice(names['streets'])}", city=city, state=state,
        zip_code=zip_code, language="es" if rng.random() < 0.11 else "en",
    )  # fmt: skip
    return Chart(facts, diary, person_id, site.practice_id, death)


def cover(chart: Chart, serial: int, product: str, payer: str, qmb: bool) -> None:
    """Primary coverage; a qualified Medicare beneficiary has Medicaid second."""
    chart.covered(payer, member_id(serial), product, date(2019, 1, 1), qmb=qmb)
    if qmb:
        chart.covered("state-medicaid", f"DUAL{serial:06d}", "medicaid", date(2020, 7, 1), rank=2)
