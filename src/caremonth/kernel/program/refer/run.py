"""Referrals: requests decided by the program's terms, and where every referral stands on a day.

    refer(engine, read_program("demo"), on=date(2025, 4, 30))
    engine.fetch("decisions"); engine.fetch("referral_states")

A decision is never a payment: adjudication still asks for eligibility, coverage, time and price. Units used are
counted by adjudicating the claims with the referrals as they stand after the decisions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files

import pyarrow as pa

from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.adjudicate.rules import claim_rules, days, table
from caremonth.kernel.program.adjudicate.run import MEMBERS, Engine, adjudicate
from caremonth.kernel.program.adjudicate.run import relations as claim_relations
from caremonth.kernel.program.settings.frame import Program
from caremonth.kernel.program.settings.referral import Referral
from caremonth.kernel.rulebook.dated import day_number

OUTPUTS = ("decided_referrals", "decisions", "referral_states")
_GRANTS = (
    ("default_days", pa.int64()), ("longest_days", pa.int64()), ("retroactive_days", pa.int64()),
    ("default_units", pa.int64()), ("most_units", pa.int64()), ("answer_within_days", pa.int64()),
    ("chain_allowed", pa.bool_()), ("from_day", pa.int32()), ("to_day", pa.int32()),
)  # fmt: skip
_AT_ONCE = (("class", pa.string()), ("from_day", pa.int32()), ("to_day", pa.int32()))


@cache
def relations() -> dict[str, Relation]:
    """The relations of this run and those it shares with adjudication."""
    shared = {name: claim_relations()[0][name] for name in MEMBERS}
    return shared | read_relations(files("caremonth.kernel.program.refer"))


def refer(engine: Engine, program: Program, on: date, step: Callable[[str], None] = lambda _: None) -> None:
    """Decide every pended referral asked for by `on`, then count the use of all referrals by the claims.

    The engine holds the tables of CLAIM_FACTS; afterwards it holds OUTPUTS, and `referrals` as decided.
    """
    step("rules")
    for name, rows in claim_rules(program, on).items():
        engine.bind(name, rows)
    terms = program.section("referral", Referral)
    engine.bind("program_grants", _grants(terms))
    at_once = [(name, *days(dated)) for dated in terms.approved_at_once for name in dated.value]
    engine.bind("program_at_once", table(_AT_ONCE, at_once))
    step("decisions")
    parameters: dict[str, int | str | bool] = {"today": day_number(on)}
    engine.run(plan(relations(), [*MEMBERS, "decisions", "decided_referrals"]), parameters)
    decided = engine.fetch("decided_referrals")
    engine.bind("referrals", decided.select([column.name for column in CLAIM_FACTS["referrals"].columns]))
    step("use")
    adjudicate(engine, program, on, known=MEMBERS)
    use = engine.fetch("unit_grants").select(["referral_id", "used"])
    engine.bind("referral_use", use)
    states = {"referral_states": relations()["referral_states"]}  # reads what the engine holds by now
    engine.run(plan(states, list(states)), parameters)


def _grants(terms: Referral) -> pa.Table:
    rows = sorted(
        (
            (
                one.default_days,
                one.longest_days,
                one.retroactive_days,
                one.default_units,
                one.most_units,
                one.answer_within_days,
                one.chain_allowed,
                *days(one),
            )
            for one in terms.terms
        ),
        key=lambda row: row[-2:],
    )
    columns = list(zip(*rows, strict=True))
    return pa.table({name: pa.array(cells, kind) for (name, kind), cells in zip(_GRANTS, columns, strict=True)})
