"""Laws of the assignment run on invented worlds, against a plain ladder."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hartford import ON, Hartford, program
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from plain_ladder import PlainLadder

Row = dict[str, Any]
# a world takes half a second: shrinking one would take minutes
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
quietly = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
spots = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(
    lambda xy: (41_400_000 + xy[0] * 11_003, -72_900_000 + xy[1] * 11_007)
)


def degrees(spot: tuple[int, int]) -> Row:
    """Millionths of a degree as the facts have them."""
    return {"latitude": f"{spot[0] / 1e6:.6f}", "longitude": f"{spot[1] / 1e6:.6f}"}


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A few providers with little room, members in households, some on panels, some visits and choices."""
    pcps = []
    for number in range(draw(st.integers(2, 7))):
        low, high = draw(st.sampled_from([(0, 120), (0, 120), (0, 20), (18, 120)]))
        pcps.append(
            {
                "pcp_id": f"P{number}", "npi": f"NPI-P{number}", "type": "physician", "min_age": low, "max_age": high,
                "open": draw(st.sampled_from(["open", "open", "open", "existing_only", "closed"])),
                "panel_limit": draw(st.integers(1, 9)), "languages": draw(st.sampled_from(["en", "en;es"])),
                "sanctioned": draw(st.sampled_from(["false", "false", "false", "true"])), **degrees(draw(spots)),
            }
        )  # fmt: skip
    tables: dict[str, list[Row]] = {name: [] for name in ("people", "eligibility", "assignments", "requests", "claims")}
    tables["pcps"] = pcps
    ids = st.sampled_from([row["pcp_id"] for row in pcps])
    homes = {f"H{number}": draw(spots) for number in range(5)}
    for number in range(draw(st.integers(3, 22))):
        person, home = f"M{number:02}", draw(st.sampled_from([*homes, ""]))
        born = f"{draw(st.integers(1950, 2024))}-{draw(st.integers(1, 12)):02}-{draw(st.integers(1, 28)):02}"
        place = homes[home] if home else draw(spots)
        tables["people"].append(
            {
                "person_id": person, "birth_date": born, "household_id": home, "sex": "F",
                "language": draw(st.sampled_from(["en", "es"])), "tribal": draw(st.sampled_from(["", "", "", "true"])),
                **degrees(place),
            }
        )  # fmt: skip
        start = f"2024-0{draw(st.integers(1, 9))}-01"
        span = {"start_date": start, "recorded_at": start}
        tables["eligibility"].append({"person_id": person, "group": "family", **span})
        lot = draw(st.integers(0, 9))
        if lot == 0:
            tables["assignments"].append({"person_id": person, "pcp_id": draw(ids), **span})
        elif lot == 1:
            asked = {"request_id": f"R{number}", "kind": "choose", "requested_on": "2025-02-01"}
            tables["requests"].append({"person_id": person, "pcp_id": draw(ids), **asked})
        for visit in range(draw(st.sampled_from([0, 0, 1, 3]))):
            day = f"202{draw(st.sampled_from([3, 4]))}-{draw(st.integers(1, 12)):02}-{10 + visit}"
            tables["claims"].append({"person_id": person, "pcp_id": draw(ids), "day": day})
    return tables


def facts_of(folder: Path, world: dict[str, list[Row]]) -> Hartford:
    """The world as facts on disk."""
    facts = Hartford(folder, panels=False)
    facts.tables = {name: [dict(row) for row in rows] for name, rows in world.items() if name != "claims"}
    for claim in world["claims"]:
        facts.visit(claim["pcp_id"], claim["day"], claim["person_id"])
    return facts


@quietly
@given(world=worlds())
def test_a_run_gives_what_the_plain_ladder_gives(world: dict[str, list[Row]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "facts"
        folder.mkdir()
        answer = facts_of(folder, world).run(program(Path(name), "[language, lowest_fill, nearest]"), ON)
    plain = PlainLadder(world, ON).run()
    assert answer.given == plain.given
    waiting = {p: row["status"] for p, row in answer.outcomes.items() if row["status"] != "ASSIGNED"}
    assert waiting == plain.status
    limits = {row["pcp_id"]: row["panel_limit"] for row in world["pcps"]}
    before = Counter(row["pcp_id"] for row in world["assignments"])
    for pcp, size in answer.panels.items():
        assert size <= max(limits[pcp], before[pcp])
    for person, (pcp, _) in answer.given.items():
        weighed = [row for (who, _), row in answer.candidates.items() if who == person]
        assert len(weighed) == len(world["pcps"])
        assert [row["pcp_id"] for row in weighed if row["why"] == "taken"] == [pcp]
        assert sorted(row["rank"] for row in weighed) == list(range(1, len(weighed) + 1))
