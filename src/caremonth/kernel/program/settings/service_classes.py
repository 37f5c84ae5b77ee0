"""`service_classes.yaml`: names for kinds of service (emergency, dental …) and what a line shows of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from caremonth.kernel.program.settings.frame import Section
from caremonth.kernel.rulebook.dated import Dated, Label, Name
from caremonth.kernel.rulebook.source import KeyPath, RuleModel


def _as_text(value: Any) -> Any:
    # a code such as 99213 is written without quotes and read as an integer
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


CodeText = Annotated[Label, BeforeValidator(_as_text)]


class Signs(RuleModel):
    """What a line must show: everything that is written here; of a list, any one.

    `codes` and `revenue_codes` are single codes or ranges (`99381-99385`); taxonomies and diagnoses are beginnings.
    """

    codes: tuple[CodeText, ...] = ()
    places: tuple[CodeText, ...] = ()
    revenue_codes: tuple[CodeText, ...] = ()
    taxonomies: tuple[CodeText, ...] = ()
    diagnoses: tuple[CodeText, ...] = ()
    emergency: bool = False
    family_planning: bool = False

    @property
    def empty(self) -> bool:
        """Whether every line would show these signs."""
        listed = (self.codes, self.places, self.revenue_codes, self.taxonomies, self.diagnoses)
        return not any(listed) and not self.emergency and not self.family_planning


class ServiceClass(RuleModel):
    """A class: a line belongs to it if it shows any of these signs.

    any_specialty: providers of every specialty give it, so it does not tell for what a referral would have to be.
    """

    any_specialty: bool = False
    any_of: tuple[Signs, ...] = Field(min_length=1)
    in_force: tuple[Dated, ...] = Field(min_length=1)


class ServiceClasses(Section):
    """Every class that a program's other files name. A program adds its own under `own_classes`."""

    classes: dict[Name, ServiceClass]
    own_classes: dict[Name, ServiceClass] = Field(default_factory=dict)

    @property
    def all(self) -> dict[str, ServiceClass]:
        """Shared classes and the program's own, which win."""
        return self.classes | self.own_classes

    def mistakes(self) -> Iterable[tuple[KeyPath, str]]:
        """Signs that say nothing would put every line into the class; a range runs upwards."""
        for part, classes in (("classes", self.classes), ("own_classes", self.own_classes)):
            for name, one in classes.items():
                for index, signs in enumerate(one.any_of):
                    key: KeyPath = (part, name, "any_of", index)
                    if signs.empty:
                        yield key, f"These signs of the class {name} fit every line. Write what a line must show."
                    for text in (*signs.codes, *signs.revenue_codes):
                        first, last = code_range(text)
                        if last < first or len(first) != len(last):
                            yield key, f"{text} is not a range. Write the lower code first, both of one length."


def code_range(text: str) -> tuple[str, str]:
    """The first and last code of `99381-99385`, or of a single code.

    >>> code_range("0450-0459"), code_range("T1015")
    (('0450', '0459'), ('T1015', 'T1015'))
    """
    first, _, last = text.partition("-")
    return first.strip(), (last or first).strip()
