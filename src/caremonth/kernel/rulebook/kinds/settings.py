"""`kind: settings` — choices the rules leave open; a site's own pack may choose otherwise from a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from caremonth.kernel.rulebook.dated import DatedValue, History, Name, known, listed
from caremonth.kernel.rulebook.rule_file import Definition, Reference, Row, RuleFile
from caremonth.kernel.rulebook.source import RuleModel


class Setting(RuleModel):
    """The built-in file says what it is `about` and its `choices`; a site's file only chooses."""

    about: str = ""
    choices: tuple[str, ...] = ()
    values: list[DatedValue[str]]


class SettingsFile(RuleFile):
    kind: Literal["settings"]
    settings: dict[Name, Setting]

    def definitions(self) -> Iterable[Definition]:
        for name, setting in self.settings.items():
            if setting.choices:
                yield Definition(("settings", name), "setting", name)
            for index, choice in enumerate(setting.choices):
                yield Definition(("settings", name, "choices", index), f"choice of {name}", choice)

    def references(self) -> Iterable[Reference]:
        for name, setting in self.settings.items():
            yield Reference(("settings", name), "setting", name)
            for index, value in enumerate(setting.values):
                yield Reference(("settings", name, "values", index, "value"), f"choice of {name}", value.value)

    def histories(self) -> Iterable[History]:
        for name, setting in self.settings.items():
            yield History(f"the setting {name}", listed(("settings", name, "values"), setting.values))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for name, setting in self.settings.items():
            for value in known(setting.values, as_of):
                yield "rule_settings", {"name": name, "value": value.value} | value.row()
