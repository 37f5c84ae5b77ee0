"""`kind: codes` — one family of billing codes: a base, its add-on, and what each takes.

A family is a choice made once a month within a slot of a service (staff or practitioner time, one size
of device month …). Each number of a code has a history of its own, with its own citation; the table
gets one row for each stretch of days on which none of them changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import model_validator

from caremonth.kernel.rulebook.dated import (
    OPEN_END,
    Code,
    Count,
    Dated,
    DatedValue,
    History,
    Label,
    Name,
    Segment,
    SlotName,
    day_number,
    known,
    listed,
    segments,
    weakest,
)
from caremonth.kernel.rulebook.rule_file import Definition, Mistake, Reference, Row, RuleFile
from caremonth.kernel.rulebook.source import RuleModel

UNCAPPED = 9999
LEVELS = {"none": 0, "straightforward": 1, "low": 2, "moderate": 3, "high": 4}


class Range(Dated):
    """A count with a floor and a ceiling, both included; no `at_most` means no ceiling."""

    at_least: Count
    at_most: Count = UNCAPPED

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.at_most < self.at_least:
            raise ValueError("`at_most` is less than `at_least`: no count can satisfy both.")
        return self


class CodeRule(RuleModel):
    """One code. Minutes are whole minutes of the calendar month; a step is a full further block."""

    label: Label
    part: Literal["base", "add_on"]
    base: Code = ""
    in_force: list[Dated]
    minutes: tuple[DatedValue[Count], ...] = ()
    step_minutes: tuple[DatedValue[Count], ...] = ()
    max_units: tuple[DatedValue[Count | Literal["uncapped"]], ...] = ()
    decision_level: tuple[DatedValue[Literal["straightforward", "low", "moderate", "high"]], ...] = ()
    days: tuple[Range, ...] = ()
    conditions: tuple[Range, ...] = ()
    qmb: tuple[DatedValue[Literal["yes", "no"]], ...] = ()

    def parameters(self) -> Mapping[str, Sequence[Dated]]:
        """Every dated history but `in_force`, by its key in the file."""
        names = ("minutes", "step_minutes", "max_units", "decision_level", "days", "conditions", "qmb")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


class CodesFile(RuleFile):
    """A family; `rank`: of the families of one slot and performer that qualify, the lowest is the month."""

    kind: Literal["codes"]
    service: Name
    slot: SlotName
    family: SlotName
    rank: Count
    performer: Literal["staff", "practitioner", "none"]
    basis: Literal["time", "device_days", "month", "discharge", "documented"]
    under_service: str = ""
    first_month: Literal["any", "first", "later"] = "any"
    device: str = ""
    codes: dict[Code, CodeRule]

    def definitions(self) -> Iterable[Definition]:
        yield Definition(("family",), "family", self.family)
        for code in self.codes:
            yield Definition(("codes", code), "code of a family", f"{code} in {self.family}")

    def references(self) -> Iterable[Reference]:
        yield Reference(("service",), "service", self.service)
        if self.under_service:
            yield Reference(("under_service",), "service", self.under_service)

    def histories(self) -> Iterable[History]:
        for code, rule in self.codes.items():
            path = ("codes", code)
            yield History(f"{code} in family {self.family}", listed((*path, "in_force"), rule.in_force))
            for name, values in rule.parameters().items():
                yield History(f"{name} of {code} in family {self.family}", listed((*path, name), values))

    def mistakes(self) -> Iterable[Mistake]:
        for code, rule in self.codes.items():
            path = ("codes", code)
            yield from self._needed(path, code, rule)
            if rule.part == "add_on":
                yield from self._base(path, code, rule)
            for name, values in rule.parameters().items():
                yield from _covering(path, code, name, rule.in_force, values)

    def _needed(self, path: tuple[str, ...], code: str, rule: CodeRule) -> Iterator[Mistake]:
        needs = {
            ("time", "base"): ["minutes"],
            ("time", "add_on"): ["step_minutes", "max_units"],
            ("device_days", "base"): ["days"],
            ("discharge", "base"): ["days"],
        }.get((self.basis, rule.part), [])
        for name in needs:
            if name not in rule.parameters():
                why = f"A {rule.part.replace('_', '-')} of basis {self.basis} cannot be counted without it."
                yield Mistake(path, f"{code} has no `{name}`.", why, f"Add `{name}: [{{value: …}}]`.")
        if rule.part == "base" and rule.base:
            what = f"{code} is a base and names a base of its own."
            yield Mistake((*path, "base"), what, "", "Remove `base`, or make it `part: add_on`.")

    def _base(self, path: tuple[str, ...], code: str, rule: CodeRule) -> Iterator[Mistake]:
        base = self.codes.get(rule.base)
        if base is None or base.part != "base":
            what = f"The add-on {code} has no base in its family."
            why = f"`{rule.base}` is not a base code of this file." if rule.base else ""
            yield Mistake((*path, "base"), what, why, "Name a code of this file whose `part` is `base`.")
            return
        for index, span in enumerate(rule.in_force):
            holes = [piece for piece in segments([span], base.in_force) if piece.values[1] is None]
            for hole in holes:
                what = (
                    f"The add-on {code} is in force from {hole.from_} to {_until(hole)}, its base {rule.base} is not."
                )
                yield Mistake(
                    (*path, "in_force", index), what, "", "Give both the same days, or end the add-on earlier."
                )

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for code, rule in self.codes.items():
            parameters = {name: known(values, as_of) for name, values in rule.parameters().items()}
            for piece in segments(known(rule.in_force, as_of), *parameters.values()):
                if all(value is not None for value in piece.values):
                    yield (
                        "rule_codes",
                        self._row(code, rule, dict(zip(parameters, piece.values[1:], strict=True)), piece),
                    )
            for name, values in (("in_force", known(rule.in_force, as_of)), *parameters.items()):
                for value in values:
                    shown = {"subject": code, "parameter": name, "value": _value(value), "note": value.note}
                    yield "rule_values", shown | value.row()

    def _row(self, code: str, rule: CodeRule, values: Mapping[str, Any], piece: Segment) -> Row:
        def number(name: str, absent: int, scale: int = 1) -> int:
            if name not in values:
                return absent
            return UNCAPPED if values[name].value == "uncapped" else int(values[name].value) * scale

        level = values["decision_level"].value if "decision_level" in values else "none"
        days, conditions = values.get("days"), values.get("conditions")
        return {
            "code": code,
            "service": self.service,
            "slot": self.slot,
            "family": self.family,
            "family_rank": self.rank,
            "part": rule.part,
            "performer": self.performer,
            "basis": self.basis,
            "first_seconds": number("minutes", 0, 60),
            "step_seconds": number("step_minutes", 0, 60),
            "max_units": number("max_units", 1),
            "base_code": rule.base,
            "decision_level": LEVELS[level],
            "min_days": days.at_least if days else 0,
            "max_days": days.at_most if days else UNCAPPED,
            "min_conditions": conditions.at_least if conditions else 0,
            "max_conditions": conditions.at_most if conditions else UNCAPPED,
            "qmb": values["qmb"].value if "qmb" in values else "any",
            "under_service": self.under_service,
            "first_month": self.first_month,
            "device": self.device,
            "label": rule.label,
            "from_day": day_number(piece.from_),
            "to_day": day_number(piece.to),
            "citation": piece.values[0].cite,
            "confidence": weakest(piece.values),
        }


def _covering(
    path: tuple[str, ...], code: str, name: str, in_force: Sequence[Dated], values: Sequence[Dated]
) -> Iterator[Mistake]:
    for piece in segments(known(in_force, None), known(values, None)):
        if piece.values[1] is None:
            what = f"{code} is in force from {piece.from_} to {_until(piece)}, but has no `{name}` then."
            yield Mistake((*path, name), what, "", "Extend a value, or end the code.")


def _until(piece: Segment) -> str:
    return "further notice" if piece.to == OPEN_END else str(piece.to)


def _value(value: Dated) -> str:
    if isinstance(value, Range):
        return f"{value.at_least} or more" if value.at_most == UNCAPPED else f"{value.at_least} to {value.at_most}"
    return str(value.value) if isinstance(value, DatedValue) else "in force"
