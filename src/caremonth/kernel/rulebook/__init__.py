"""The rulebook: dated, cited YAML in, tables out."""

from caremonth.kernel.rulebook.load import Rulebook, load
from caremonth.kernel.rulebook.schema import COLUMNS
from caremonth.kernel.rulebook.source import RulebookError, RulebookErrors

__all__ = ["COLUMNS", "Rulebook", "RulebookError", "RulebookErrors", "load"]
