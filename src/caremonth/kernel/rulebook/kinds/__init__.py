"""The kinds of rule file, one module an idea; `KINDS` maps the `kind:` of a file to its model."""

from __future__ import annotations

from collections.abc import Mapping

from caremonth.kernel.rulebook.kinds.citations import CitationsFile
from caremonth.kernel.rulebook.kinds.code_sets import CodePairsFile, CodeSetFile
from caremonth.kernel.rulebook.kinds.codes import CodesFile
from caremonth.kernel.rulebook.kinds.conditions import ChronicCategoryFile, SnomedFile
from caremonth.kernel.rulebook.kinds.conflicts import ClaimConflictsFile, ServiceConflictsFile
from caremonth.kernel.rulebook.kinds.denials import DenialsFile
from caremonth.kernel.rulebook.kinds.holidays import HolidaysFile
from caremonth.kernel.rulebook.kinds.not_covered import NotCoveredFile
from caremonth.kernel.rulebook.kinds.payers import PayerFile
from caremonth.kernel.rulebook.kinds.practice_kinds import PracticeKindsFile
from caremonth.kernel.rulebook.kinds.rates import (
    ConversionFactorsFile,
    LocalitiesFile,
    NationalAmountsFile,
    PlacesFile,
    RelativeValuesFile,
)
from caremonth.kernel.rulebook.kinds.requirements import RequirementFile
from caremonth.kernel.rulebook.kinds.services import ServiceFile
from caremonth.kernel.rulebook.kinds.settings import SettingsFile
from caremonth.kernel.rulebook.rule_file import RuleFile

KINDS: Mapping[str, type[RuleFile]] = {
    "citations": CitationsFile,
    "service": ServiceFile,
    "codes": CodesFile,
    "practice_kinds": PracticeKindsFile,
    "requirement": RequirementFile,
    "code_set": CodeSetFile,
    "code_pairs": CodePairsFile,
    "claim_conflicts": ClaimConflictsFile,
    "service_conflicts": ServiceConflictsFile,
    "relative_values": RelativeValuesFile,
    "conversion_factors": ConversionFactorsFile,
    "localities": LocalitiesFile,
    "national_amounts": NationalAmountsFile,
    "places": PlacesFile,
    "chronic_category": ChronicCategoryFile,
    "snomed": SnomedFile,
    "payer": PayerFile,
    "settings": SettingsFile,
    "holidays": HolidaysFile,
    "denials": DenialsFile,
    "not_covered": NotCoveredFile,
}

__all__ = ["KINDS"]
