"""`kind: practice_kinds` — how each kind of practice bills each service, through the years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from caremonth.kernel.rulebook.dated import Code, Count, Dated, History, Name, known, listed
from caremonth.kernel.rulebook.rule_file import Mistake, Reference, Row, RuleFile

PracticeKind = Literal["physician_practice", "rhc", "fqhc", "hospital_outpatient"]


class Billing(Dated):
    """individual: the service's own codes; bundled: one `code` for them all; not_payable: nothing.

    `minutes` earn one bundled unit, `later_minutes` in later months where that differs; `month_units`
    caps the bundled units of a person-month over all services. Where more than one way was lawful, each
    names the `choice` of a `setting` under which it holds.
    """

    mode: Literal["individual", "bundled", "not_payable"]
    code: Code | Literal[""] = ""
    month_units: Count = 0
    minutes: Count = 0
    later_minutes: Count | None = None
    amounts: Literal["locality", "national"]
    setting: Name | Literal[""] = ""
    choice: str = ""


class PracticeKindsFile(RuleFile):
    kind: Literal["practice_kinds"]
    practice_kinds: list[PracticeKind]
    services: dict[Name, list[Billing]]

    def references(self) -> Iterable[Reference]:
        for service, values in self.services.items():
            yield Reference(("services", service), "service", service)
            for index, value in enumerate(values):
                if value.setting:
                    place = "services", service, index
                    yield Reference((*place, "setting"), "setting", value.setting)
                    yield Reference((*place, "choice"), f"choice of {value.setting}", value.choice)

    def histories(self) -> Iterable[History]:
        for service, values in self.services.items():
            what = f"{service} at {' and '.join(self.practice_kinds)}"
            every = listed(("services", service), values)
            choices = sorted({(value.setting, value.choice) for value in values if value.setting})
            for setting, choice in choices or [("", "")]:
                chosen = f"{what} where {setting} is {choice}" if setting else what
                holds = [
                    pair for pair, value in zip(every, values, strict=True)
                    if (value.setting, value.choice) in {("", ""), (setting, choice)}
                ]  # fmt: skip
                yield History(chosen, holds)

    def mistakes(self) -> Iterable[Mistake]:
        for service, values in self.services.items():
            for index, value in enumerate(values):
                if (value.mode == "bundled") != bool(value.code):
                    verb = "needs" if value.mode == "bundled" else "cannot have"
                    what = f"A service billed as {value.mode} {verb} a bundled code."
                    yield Mistake(("services", service, index), what, "", "Set `mode: bundled` and `code`, or neither.")
                if bool(value.setting) != bool(value.choice):
                    what = "A way to bill that is one of several names the setting and its choice."
                    yield Mistake(
                        ("services", service, index), what, "", "Write both `setting` and `choice`, or neither."
                    )

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for kind in self.practice_kinds:
            for service, values in self.services.items():
                for value in known(values, as_of):
                    later = value.minutes if value.later_minutes is None else value.later_minutes
                    row = {
                        "practice_kind": kind,
                        "service": service,
                        "mode": value.mode,
                        "code": value.code,
                        "month_units": value.month_units,
                        "seconds": value.minutes * 60,
                        "later_seconds": later * 60,
                        "amount_basis": value.amounts,
                        "setting": value.setting,
                        "choice": value.choice,
                    }
                    yield "rule_kinds", row | value.row()
