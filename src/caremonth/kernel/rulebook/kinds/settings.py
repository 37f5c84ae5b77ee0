"""`kind: settings` — choices the law leaves open; a site's own pack may choose otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import model_validator

from caremonth.kernel.rulebook.dated import DatedValue, History, Label, Name, known, listed
from caremonth.kernel.rulebook.rule_file import Definition, Row, RuleFile
from caremonth.kernel.rulebook.source import RuleModel


class Setting(RuleModel):
    about: Label
    choices: list[str]
    values: list[DatedValue[str]]

    @model_validator(mode="after")
    def _chosen(self) -> Setting:
        for value in self.values:
            if value.value not in self.choices:
                raise ValueError(f"`{value.value}` is not one of the choices: {', '.join(self.choices)}.")
        return self


class SettingsFile(RuleFile):
    kind: Literal["settings"]
    settings: dict[Name, Setting]

    def definitions(self) -> Iterable[Definition]:
        return [Definition(("settings", name), "setting", name) for name in self.settings]

    def histories(self) -> Iterable[History]:
        for name, setting in self.settings.items():
            yield History(f"the setting {name}", listed(("settings", name, "values"), setting.values))

    def rows(self, as_of: date | None) -> Iterator[tuple[str, Row]]:
        for name, setting in self.settings.items():
            for value in known(setting.values, as_of):
                yield "rule_settings", {"name": name, "value": value.value} | value.row()
