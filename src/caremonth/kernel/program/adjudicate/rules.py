"""A program's claim rules as the tables that the relations read (`program_…`), for one day of judgement.

What depends on the date of service keeps its days; reason codes are those in force on the day of the remittance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pyarrow as pa

from caremonth.kernel.program.settings.adjudication import Adjudication, Reason
from caremonth.kernel.program.settings.frame import Program
from caremonth.kernel.program.settings.inpatient import Inpatient
from caremonth.kernel.program.settings.referral import Referral
from caremonth.kernel.program.settings.service_classes import ServiceClasses, Signs, code_range
from caremonth.kernel.rulebook.dated import Dated, day_number
from caremonth.kernel.rulebook.source import RulebookError, RulebookErrors

_DAYS = (("from_day", pa.int32()), ("to_day", pa.int32()))
_TEXT, _WHOLE, _TRUTH = pa.string(), pa.int64(), pa.bool_()

SHAPES: dict[str, tuple[tuple[str, pa.DataType], ...]] = {
    "program_class_rules": (
        ("class", _TEXT), ("code_from", _TEXT), ("code_to", _TEXT), ("place", _TEXT), ("revenue_from", _TEXT),
        ("revenue_to", _TEXT), ("taxonomy", _TEXT), ("diagnosis", _TEXT), ("emergency", _TRUTH),
        ("family_planning", _TRUTH), *_DAYS,
    ),
    "program_specific_classes": (("class", _TEXT),),
    "program_class_uses": (("class", _TEXT), ("purpose", _TEXT)),
    "program_edits": (
        ("position", _WHOLE), ("edit", _TEXT), ("finding", _TEXT), ("outcome", _TEXT), ("group_code", _TEXT),
        ("reason", _TEXT), ("remark", _TEXT), ("remedy", _TEXT), ("citation", _TEXT), ("confidence", _TEXT),
    ),
    "program_uncovered_groups": (("group_name", _TEXT),),
    "program_periods": (("setting", _TEXT), *_DAYS),
    "program_timely": (("days", _WHOLE), *_DAYS),
    "program_limits": (
        ("limit_name", _TEXT), ("code_from", _TEXT), ("code_to", _TEXT), ("units", _WHOLE), ("period", _TEXT),
        ("per", _TEXT), ("whole_line", _TRUTH), *_DAYS,
    ),
    "program_pairs": (("column1", _TEXT), ("column2", _TEXT), ("modifier_allowed", _TRUTH), *_DAYS),
    "program_apart_modifiers": (("modifier", _TEXT),),
    "program_capitated": (("class", _TEXT), ("any_provider", _TRUTH), *_DAYS),
    "program_authorizations": (("class", _TEXT), *_DAYS),
    "program_copays": (("class", _TEXT), ("from_age", _WHOLE), ("cents", _WHOLE), *_DAYS),
    "program_stay_methods": (("method", _TEXT), ("by_discharge", _TRUTH), *_DAYS),
    "program_stay_facilities": (("facility_code", _TEXT),),
    "program_room_and_board": (("revenue_from", _TEXT), ("revenue_to", _TEXT)),
    "program_stay_rates": (
        ("method", _TEXT), ("kind", _TEXT), ("hospital", _TEXT), ("revenue_from", _TEXT), ("revenue_to", _TEXT),
        ("amount", _WHOLE), *_DAYS,
    ),
    "program_drg_weights": (("drg", _TEXT), ("weight", _WHOLE), *_DAYS),
    "program_drg_days": (("drg", _TEXT), ("mean_days", _WHOLE), *_DAYS),
    "program_transfers": (("status", _TEXT), ("first_day_times", _WHOLE), *_DAYS),
    "program_outliers": (
        ("threshold_cents", _WHOLE), ("marginal", _WHOLE), ("over_price", _TRUTH), *_DAYS,
    ),
    "program_copay_exempt_people": (("member", _TEXT), *_DAYS),
    "program_add_ons": (("name", _TEXT), ("class", _TEXT), ("cents", _WHOLE), *_DAYS),
    "program_gates": (
        ("gate", _TEXT), ("position", _WHOLE), ("provider_kind", _TEXT), ("mechanism", _TEXT),
        ("absent_finding", _TEXT), ("referring_npi", _TEXT), ("all_services", _TRUTH), *_DAYS,
    ),
    "program_gate_classes": (("gate", _TEXT), ("class", _TEXT)),
    "program_exemptions": (("class", _TEXT), *_DAYS),
    "program_exempt_people": (("member", _TEXT), *_DAYS),
    "program_referral_terms": (("continuity_days", _WHOLE), ("chain_allowed", _TRUTH), *_DAYS),
}  # fmt: skip

Row = tuple[Any, ...]


def claim_rules(program: Program, on: date) -> dict[str, pa.Table]:
    """Every `program_…` table of SHAPES for a program. RulebookErrors when a file is wrong or names no class."""
    classes = program.section("service_classes", ServiceClasses)
    referral = program.section("referral", Referral)
    adjudication = program.section("adjudication", Adjudication)
    _refuse_unknown_classes(program, classes, referral, adjudication)
    rows: dict[str, Iterable[Row]] = {
        "program_class_rules": _class_rules(classes),
        "program_specific_classes": [(name,) for name, one in classes.all.items() if not one.any_specialty],
        **_edit_rows(adjudication, on),
        **_limit_rows(adjudication),
        **_payment_rows(adjudication),
        **_stay_rows(program.section("inpatient", Inpatient)),
        **_gate_rows(referral),
    }
    return {name: table(SHAPES[name], rows[name]) for name in SHAPES}


def table(shape: Sequence[tuple[str, pa.DataType]], rows: Iterable[Row]) -> pa.Table:
    """Rows, sorted and without repeats, as an Arrow table of this shape."""
    ordered = sorted(set(rows))
    columns = list(zip(*ordered, strict=True)) if ordered else [()] * len(shape)
    schema = pa.schema(list(shape))
    return pa.table([pa.array(column, kind) for column, (_, kind) in zip(columns, shape, strict=True)], schema=schema)


def cents(amount: Decimal) -> int:
    """Dollars with at most two decimals as cents."""
    return int(amount * 100)


def days(dated: Dated) -> tuple[int, int]:
    """First and last day number in force."""
    return day_number(dated.from_), day_number(dated.to)


def _class_rules(classes: ServiceClasses) -> Iterable[Row]:
    for name, one in classes.all.items():
        for signs in one.any_of:
            for dated in one.in_force:
                yield from ((name, *row, *days(dated)) for row in _combinations(signs))


def _combinations(signs: Signs) -> Iterable[Row]:
    codes = [code_range(text) for text in signs.codes] or [("", "")]
    revenue = [code_range(text) for text in signs.revenue_codes] or [("", "")]
    diagnoses = [one for text in signs.diagnoses for one in spellings(text)] or [""]
    lists = (codes, signs.places or ("",), revenue, signs.taxonomies or ("",), diagnoses)
    for code, place, rev, taxonomy, diagnosis in product(*lists):
        yield (*code, place, *rev, taxonomy, diagnosis, signs.emergency, signs.family_planning)


def spellings(diagnosis: str) -> tuple[str, ...]:
    """A beginning of a diagnosis code as claims may write it, with and without the dot.

    >>> spellings("J45.2"), spellings("Z34")
    (('J452', 'J45.2'), ('Z34',))
    """
    plain = diagnosis.replace(".", "")
    return (plain, f"{plain[:3]}.{plain[3:]}") if len(plain) > 3 else (plain,)


def _edit_rows(adjudication: Adjudication, on: date) -> dict[str, Iterable[Row]]:
    own = {other.finding: other.reasons for other in adjudication.other_reasons}
    edits = []
    for place, edit in enumerate(adjudication.edits):
        for finding in edit.findings:
            reason = _reason(own.get(finding.finding, ()), on) or _reason(finding.reasons, on)
            if reason is None:
                what = f"No reason code for {finding.finding} is in force on {on}."
                raise RulebookErrors([RulebookError("adjudication", 0, edit.edit, what, "", "Add one for that day.")])
            codes = (reason.group, reason.reason, reason.remark, finding.remedy, reason.cite, reason.confidence)
            edits.append((10 * (place + 1), edit.edit, finding.finding, finding.outcome, *codes))
    uses = {
        "no-copay": adjudication.no_copay_classes,
        "pay-and-chase": adjudication.pay_and_chase_classes,
        "no-authorization": adjudication.no_authorization_classes,
    }
    enrolled = [one for one in adjudication.providers_enrolled if one.value]
    return {
        "program_edits": edits,
        "program_class_uses": [(name, purpose) for purpose, names in uses.items() for name in names],
        "program_uncovered_groups": [(name,) for name in adjudication.groups_without_coverage],
        "program_periods": [("providers-enrolled", *days(one)) for one in enrolled],
        "program_timely": [(one.value, *days(one)) for one in adjudication.timely_days],
    }


def _reason(reasons: Sequence[Reason], on: date) -> Reason | None:
    return next((one for one in reasons if one.from_ <= on <= one.to), None)


def _limit_rows(adjudication: Adjudication) -> dict[str, Iterable[Row]]:
    limits = [
        (one.limit, *code_range(codes), units.value, one.period, one.per, one.whole_line, *days(units))
        for one in adjudication.limits
        for codes in one.codes
        for units in one.units
    ]
    pairs = [
        (one.column1, one.column2, one.modifier_allowed, *days(dated))
        for one in adjudication.pairs
        for dated in one.in_force
    ]
    return {
        "program_limits": limits,
        "program_pairs": pairs,
        "program_apart_modifiers": [(modifier,) for modifier in adjudication.apart_modifiers],
    }


def _payment_rows(adjudication: Adjudication) -> dict[str, Iterable[Row]]:
    return {
        "program_capitated": [
            (one.service_class, one.any_provider, *days(d)) for one in adjudication.capitated for d in one.in_force
        ],
        "program_authorizations": [
            (one.service_class, *days(d)) for one in adjudication.authorizations for d in one.in_force
        ],
        "program_copays": [
            (one.service_class, one.from_age, cents(amount.value), *days(amount))
            for one in adjudication.copays
            for amount in one.amounts
        ],
        "program_copay_exempt_people": [
            (one.member, *days(d)) for one in adjudication.no_copay_members for d in one.in_force
        ],
        "program_add_ons": [
            (one.add_on, one.service_class, cents(amount.value), *days(amount))
            for one in adjudication.add_ons
            for amount in one.amounts
        ],
    }


def _stay_rows(inpatient: Inpatient) -> dict[str, Iterable[Row]]:
    """Rates in cents, weights and parts in ten-thousandths, mean days in hundredths; hospital '' is every other one."""
    return {
        "program_stay_methods": [
            (one.value, inpatient.priced_on == "discharge", *days(one))
            for one in inpatient.methods
            if one.value != "fee_schedule"
        ],
        "program_stay_facilities": [(code,) for code in inpatient.facility_codes],
        "program_room_and_board": [code_range(text) for text in inpatient.room_and_board],
        "program_stay_rates": [
            *(
                ("per_diem", "per_diem", hospital, *code_range(codes), cents(amount.value), *days(amount))
                for one in inpatient.per_diems
                for hospital in one.hospitals or ("",)
                for codes in one.revenue_codes
                for amount in one.amounts
            ),
            *(
                ("drg", "base", hospital, "", "", cents(amount.value), *days(amount))
                for one in inpatient.base_rates
                for hospital in one.hospitals or ("",)
                for amount in one.amounts
            ),
            *(
                ("drg", "cost_ratio", hospital, "", "", int(ratio.value * 10_000), *days(ratio))
                for one in inpatient.cost_ratios
                for hospital in one.hospitals or ("",)
                for ratio in one.ratios
            ),
        ],
        "program_drg_weights": [
            (one.drg, int(weight.value * 10_000), *days(weight)) for one in inpatient.groups for weight in one.weights
        ],
        "program_drg_days": [
            (one.drg, int(mean.value * 100), *days(mean)) for one in inpatient.groups for mean in one.mean_days
        ],
        "program_transfers": [
            (status, one.first_day_times, *days(one)) for one in inpatient.transfers for status in one.statuses
        ],
        "program_outliers": [
            (cents(one.threshold), int(one.marginal_percent * 100), one.counted_from == "price", *days(one))
            for one in inpatient.outliers
        ],
    }


def _gate_rows(referral: Referral) -> dict[str, Iterable[Row]]:
    gates = [
        (
            gate.gate,
            position,
            gate.provider,
            gate.mechanism,
            gate.absent,
            gate.referring_npi,
            not gate.classes,
            *days(dated),
        )
        for position, gate in enumerate(referral.gates)
        for dated in gate.in_force
    ]
    return {
        "program_gates": gates,
        "program_gate_classes": [(gate.gate, name) for gate in referral.gates for name in gate.classes],
        "program_exemptions": [
            (one.service_class, *days(dated)) for one in referral.exempt_classes for dated in one.in_force
        ],
        "program_exempt_people": [
            (one.member, *days(dated)) for one in referral.exempt_members for dated in one.in_force
        ],
        "program_referral_terms": [(one.continuity_days, one.chain_allowed, *days(one)) for one in referral.terms],
    }


def _refuse_unknown_classes(
    program: Program, classes: ServiceClasses, referral: Referral, adjudication: Adjudication
) -> None:
    named: list[tuple[str, str]] = [("referral", name) for gate in referral.gates for name in gate.classes]
    named += [("referral", one.service_class) for one in referral.exempt_classes]
    named += [("referral", name) for dated in referral.approved_at_once for name in dated.value]
    named += [("referral", name) for name in referral.service_types.values()]
    for group in (adjudication.capitated, adjudication.authorizations, adjudication.copays, adjudication.add_ons):
        named += [("adjudication", one.service_class) for one in group]
    for listed in (
        adjudication.no_copay_classes,
        adjudication.pay_and_chase_classes,
        adjudication.no_authorization_classes,
    ):
        named += [("adjudication", name) for name in listed]
    unknown = sorted({(section, name) for section, name in named if name not in classes.all})
    if unknown:
        todo = "Write the class under own_classes in service_classes.yaml, or name another."
        raise RulebookErrors(
            [
                RulebookError(program.documents[section].file, 0, name, f"There is no service class {name}.", "", todo)
                for section, name in unknown
            ]
        )
