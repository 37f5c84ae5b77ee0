"""`program.yaml`: which program this is, and the sources that its other files cite."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Confidence, Label, Name
from caremonth.kernel.rulebook.source import RuleModel

TaxId = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class Citation(RuleModel):
    """Where something is written, and whether it was read there."""

    source: Label
    place: str = ""
    confidence: Confidence = "verified"


class Entity(RuleModel):
    """The organization that manages the program's care for the State (42 CFR 438.2), if there is one."""

    id: Label
    name: Label
    npi: str = ""
    tax_id: TaxId = "009999998"  # invented, where the program names none


class Payer(RuleModel):
    """Who pays, as X12 files name it. A program that says nothing has its State's agency with invented numbers."""

    name: Label = "STATE MEDICAID"
    id: Label = "STATEMEDICAID"
    tax_id: TaxId = "009999999"
    street: Label = "1 MAIN STREET"
    city: Label = "CAPITAL"
    state: State = "CT"
    zip_code: Label = "061060000"
    telephone: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] = "8605550100"


class Header(Section):
    """The program itself. `ended`: its last day; runs after it use its last rules, and say so."""

    program: Name
    name: Label
    state: State
    starts: date
    ended: date | None = None
    # T-MSIS managed care plan type: 02 the fee goes to the provider, 03 to an organization
    plan_type: Literal["02", "03"]
    entity: Entity | None = None
    payer: Payer = Payer()
    based_on: str | None = None
    summary: str = ""
    citations: dict[str, Citation]
    unmodelled: tuple[Label, ...] = ()
