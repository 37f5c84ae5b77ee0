"""The rulebook's tables: names, columns and types. SQL reads exactly these.

Days are day numbers since 1970-01-01, both ends included, the open end 9999-12-31; numbers are
integers; no value is null, but `published_day` where only the month or year of a source is known.
`citation` is a key of rule_citations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

_TEXT, _WHOLE, _TRUTH, _DAY = pa.string(), pa.int64(), pa.bool_(), pa.int32()
_DATED: dict[str, pa.DataType] = {"from_day": _DAY, "to_day": _DAY, "citation": _TEXT, "confidence": _TEXT}


def _columns(text: str = "", whole: str = "", truth: str = "", order: str = "") -> dict[str, pa.DataType]:
    kinds: dict[str, pa.DataType] = dict.fromkeys(text.split(), _TEXT)
    kinds |= dict.fromkeys(whole.split(), _WHOLE)
    kinds |= dict.fromkeys(truth.split(), _TRUTH)
    return {**{name: kinds[name] for name in (order.split() or kinds)}, **_DATED}


COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "rule_services": _columns(text="service label", whole="precedence", order="service label precedence"),
    "rule_time": _columns(text="service rule detail"),
    "rule_codes": _columns(
        text="code service slot family part performer basis base_code qmb under_service first_month device label",
        whole="family_rank first_seconds step_seconds max_units decision_level min_days max_days "
        "min_conditions max_conditions",
        order="code service slot family family_rank part performer basis first_seconds step_seconds max_units "
        "base_code decision_level min_days max_days min_conditions max_conditions qmb under_service "
        "first_month device label",
    ),
    "rule_kinds": _columns(
        text="practice_kind service mode code amount_basis setting choice",
        whole="month_units seconds later_seconds",
        order="practice_kind service mode code month_units seconds later_seconds amount_basis setting choice",
    ),
    "rule_requirements": _columns(
        text="rule service text about asks remedy",
        whole="number waived_months",
        truth="blocks",
        order="rule service number text waived_months blocks about asks remedy",
    ),
    "rule_code_sets": _columns(text="set_name code"),
    "rule_claim_conflicts": _columns(
        text="rule service code_set scope window verdict observed_text",
    ),
    "rule_service_conflicts": _columns(text="rule winner loser when verdict"),
    "rule_code_pairs": _columns(
        text="column1 column2", truth="modifier_allowed", order="column1 column2 modifier_allowed"
    ),
    "rule_rvus": _columns(
        text="code status",
        whole="work pe_nonfacility pe_facility malpractice",
        order="code work pe_nonfacility pe_facility malpractice status",
    ),
    "rule_conversion_factors": _columns(truth="qualifying", whole="cf_e4", order="qualifying cf_e4"),
    "rule_gpcis": _columns(
        text="carrier locality name", whole="work_e3 pe_e3 mp_e3", order="carrier locality name work_e3 pe_e3 mp_e3"
    ),
    "rule_national_amounts": _columns(text="code practice_kind", whole="cents", order="code practice_kind cents"),
    "rule_places": _columns(text="place_of_service label", truth="facility", order="place_of_service facility label"),
    "rule_chronic_categories": _columns(
        text="category label source counts_as", truth="counts", order="category label source counts counts_as"
    ),
    "rule_chronic_prefixes": _columns(text="category prefix source"),
    "rule_snomed_conditions": _columns(text="snomed icd10cm", truth="disease", order="snomed icd10cm disease"),
    "rule_payers": _columns(
        text="payer_id product service code verdict note",
        whole="min_conditions",
        order="payer_id product service code verdict min_conditions note",
    ),
    "rule_settings": _columns(text="name value"),
    "rule_holidays": _columns(whole="day"),
    "rule_denials": _columns(text="group_code carc rarc meaning trigger fix"),
    "rule_values": _columns(text="subject parameter value note"),
    "rule_not_covered": {"code": _TEXT, "label": _TEXT, "why": _TEXT},
    "rule_citations": {
        "citation": _TEXT,
        "source": _TEXT,
        "place": _TEXT,
        "published": _TEXT,
        "published_day": _DAY,
        "url_or_empty": _TEXT,
        "confidence": _TEXT,
    },
}

# The columns that say what a row is about; the rest, but for its days and source, is what it says.
KEYS: Mapping[str, tuple[str, ...]] = {
    "rule_services": ("service",),
    "rule_time": ("service", "rule", "detail"),
    "rule_codes": ("code", "family"),
    "rule_kinds": ("practice_kind", "service", "choice"),
    "rule_requirements": ("rule", "service"),
    "rule_code_sets": ("set_name", "code"),
    "rule_claim_conflicts": ("rule", "service", "code_set", "scope"),
    "rule_service_conflicts": ("rule", "winner", "loser"),
    "rule_code_pairs": ("column1", "column2"),
    "rule_rvus": ("code",),
    "rule_conversion_factors": ("qualifying",),
    "rule_gpcis": ("carrier", "locality"),
    "rule_national_amounts": ("code", "practice_kind"),
    "rule_places": ("place_of_service",),
    "rule_chronic_categories": ("category",),
    "rule_chronic_prefixes": ("category", "prefix"),
    "rule_snomed_conditions": ("snomed",),
    "rule_payers": ("payer_id", "product", "service", "code"),
    "rule_settings": ("name",),
    "rule_holidays": ("day",),
    "rule_denials": ("group_code", "carc", "rarc"),
}


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """One table, each row once, sorted by all columns, so that the order of files never shows."""
    columns = COLUMNS[name]
    ordered = sorted(
        {tuple(row[column] for column in columns) for row in rows},
        key=lambda row: tuple((value is not None, value) for value in row),
    )
    arrays = [_array([row[index] for row in ordered], kind) for index, kind in enumerate(columns.values())]
    return pa.Table.from_arrays(arrays, schema=pa.schema(list(columns.items())))


def _array(values: list[Any], kind: pa.DataType) -> pa.Array[Any]:
    # from buffers: pa.array of a Python list imports pandas where it is installed, more than a second
    valid = np.array([value is not None for value in values], dtype=bool)
    validity = None if valid.all() else _bits(valid)
    if kind == _TEXT:
        texts = [b"" if value is None else str(value).encode() for value in values]
        offsets = np.cumsum([0, *(len(text) for text in texts)], dtype=np.int32)
        return pa.Array.from_buffers(
            kind, len(values), [validity, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(texts))]
        )
    if kind == _TRUTH:
        return pa.Array.from_buffers(kind, len(values), [validity, _bits(np.array(values, dtype=bool))])
    whole = np.array([0 if value is None else value for value in values], dtype=kind.to_pandas_dtype())
    return pa.Array.from_buffers(kind, len(values), [validity, pa.py_buffer(whole.tobytes())])


def _bits(flags: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little").tobytes())
