"""Fee schedules: relative values, conversion factors, localities, national amounts, places of service.

Everything becomes an integer here: relative values in hundredths, geographic indices in thousandths,
conversion factors in ten-thousandths, amounts in cents. A number with more decimals than its table
keeps is refused, never rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from caremonth.kernel.rulebook.dated import (
    Code,
    Dated,
    DatedValue,
    History,
    Label,
    Truth,
    as_text,
    known,
    listed,
)
from caremonth.kernel.rulebook.kinds.practice_kinds import PracticeKind
from caremonth.kernel.rulebook.pricing import NOT_APPLICABLE
from caremonth.kernel.rulebook.rule_file import Row, RuleFile
from caremonth.kernel.rulebook.source import KeyPath, RuleModel, shape

Hundredths = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Thousandths = Annotated[Decimal, Field(ge=0, decimal_places=3)]
TenThousandths = Annotated[Decimal, Field(ge=0, decimal_places=4)]
Carrier = Annotated[str, BeforeValidator(as_text), shape(r"^[0-9]{5}$", "five digits are")]
TwoDigits = Annotated[str, shape(r"^[0-9]{2}$", "two digits in quotes are")]


class RelativeValues(RuleModel):
    """work, practice expense outside and inside a facility (NA: not payable there), malpractice."""

    work: Hundredths
    pe: Hundredths | Literal["NA"]
    pe_facility: Hundredths | Literal["NA"]
    malpractice: Hundredths
    status: Annotated[str, shape(r"^[A-Z]$", "one capital letter is")] = "A"

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        # written `[work, pe, pe_facility, malpractice]`, with the status letter last when it is not A
        if isinstance(given, list) and 4 <= len(given) <= 5:
            return dict(zip(("work", "pe", "pe_facility", "malpractice", "status"), given, strict=False))
        return given


class RelativeValuesFile(RuleFile):
    """The relative values of one release; a code that was not in it is absent."""

    kind: Literal["relative_values"]
    in_force: list[Dated]
    codes: dict[Code, RelativeValues]

    def histories(self) -> Iterable[History]:
        for code in self.codes:
            yield History(f"relative values of {code}", [(("codes", code), value) for value in self.in_force])

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for code, one in self.codes.items():
            row = {
                "code": code,
                "work": _scaled(one.work, 2),
                "pe_nonfacility": NOT_APPLICABLE if one.pe == "NA" else _scaled(Decimal(one.pe), 2),
                "pe_facility": NOT_APPLICABLE if one.pe_facility == "NA" else _scaled(Decimal(one.pe_facility), 2),
                "malpractice": _scaled(one.malpractice, 2),
                "status": one.status,
            }
            for value in known(self.in_force, as_of):
                yield "rule_rvus", row | value.row()


class ConversionFactorsFile(RuleFile):
    """Dollars for one relative value unit, for ordinary and for qualifying participants."""

    kind: Literal["conversion_factors"]
    ordinary: list[DatedValue[TenThousandths]]
    qualifying: list[DatedValue[TenThousandths]]

    def histories(self) -> Iterable[History]:
        for name in ("ordinary", "qualifying"):
            yield History(f"the {name} conversion factor", listed((name,), getattr(self, name)))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for qualifying, values in ((False, self.ordinary), (True, self.qualifying)):
            for value in known(values, as_of):
                row = {"qualifying": qualifying, "cf_e4": _scaled(value.value, 4)}
                yield "rule_conversion_factors", row | value.row()


class Locality(RuleModel):
    """carrier, locality, name, work, practice expense and malpractice index."""

    carrier: Carrier
    locality: TwoDigits
    name: Label
    work: Thousandths
    pe: Thousandths
    malpractice: Thousandths

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        if isinstance(given, list) and len(given) == 6:
            return dict(zip(("carrier", "locality", "name", "work", "pe", "malpractice"), given, strict=True))
        return given


class Indices(Dated):
    """Days on which the file's indices are paid, and the floor under the work index on those days."""

    work_floor: Thousandths


class LocalitiesFile(RuleFile):
    """Geographic indices of one release. The work index is the published one; the floor is law of its own."""

    kind: Literal["localities"]
    in_force: list[Indices]
    localities: list[Locality]

    def histories(self) -> Iterable[History]:
        for index, one in enumerate(self.localities):
            place: list[tuple[KeyPath, Dated]] = [(("localities", index), value) for value in self.in_force]
            yield History(f"indices of {one.carrier} {one.locality}", place, complete=False)

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for value in known(self.in_force, as_of):
            for one in self.localities:
                row = {
                    "carrier": one.carrier,
                    "locality": one.locality,
                    "name": one.name,
                    "work_e3": _scaled(max(one.work, value.work_floor), 3),
                    "pe_e3": _scaled(one.pe, 3),
                    "mp_e3": _scaled(one.malpractice, 3),
                }
                yield "rule_gpcis", row | value.row()


class NationalAmountsFile(RuleFile):
    """Codes paid one dollar amount everywhere to some kinds of practice."""

    kind: Literal["national_amounts"]
    practice_kinds: list[PracticeKind]
    codes: dict[Code, list[DatedValue[Hundredths]]]

    def histories(self) -> Iterable[History]:
        for code, values in self.codes.items():
            yield History(f"the amount of {code}", listed(("codes", code), values))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for kind in self.practice_kinds:
            for code, values in self.codes.items():
                for value in known(values, as_of):
                    row = {"code": code, "practice_kind": kind, "cents": _scaled(value.value, 2)}
                    yield "rule_national_amounts", row | value.row()


class Place(Dated):
    label: Label
    facility: Truth


class PlacesFile(RuleFile):
    """Places of service, and whether the facility amount is paid there."""

    kind: Literal["places"]
    places: dict[TwoDigits, list[Place]]

    def histories(self) -> Iterable[History]:
        for place, values in self.places.items():
            yield History(f"place of service {place}", listed(("places", place), values))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for place, values in self.places.items():
            for value in known(values, as_of):
                row = {"place_of_service": place, "label": value.label, "facility": value.facility}
                yield "rule_places", row | value.row()


def _scaled(number: Decimal, places: int) -> int:
    scaled = number.scaleb(places)
    assert scaled == scaled.to_integral_value(), f"{number} has more than {places} decimals"
    return int(scaled)
