"""Allowed amounts by the formula of the fee schedule, in Decimal: part of the plain reference of the close."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tests.close.reference_minutes import Row, Rules


def allowed_cents(rules: Rules, practice: Row, code: str, day: int, month_last: int) -> int | None:
    """One unit of a code at a practice on a day: (work × index + expense × index + malpractice × index) × factor,
    rounded half up once. None where the schedule has no amount."""
    kind = practice["kind"] or "physician_practice"
    clinics = rules.on(day, "rule_national_amounts", code=code, practice_kind=kind)
    if clinics:
        return int(clinics[0]["cents"])
    values = rules.on(day, "rule_rvus", code=code)
    if not values or values[0]["status"] != "A":
        return None
    national = any(r["amount_basis"] == "national" for r in rules.on(month_last, "rule_kinds", practice_kind=kind))
    places = rules.on(month_last, "rule_places", place_of_service=practice["place_of_service"] or "11")
    facility = bool(places and places[0]["facility"]) and not national
    expense = values[0]["pe_facility" if facility else "pe_nonfacility"]
    if expense < 0:
        return None
    indices = (1000, 1000, 1000)
    if practice["carrier"] and practice["locality"] and not national:
        found = rules.on(day, "rule_gpcis", carrier=practice["carrier"], locality=practice["locality"])
        if not found:
            return None
        indices = (found[0]["work_e3"], found[0]["pe_e3"], found[0]["mp_e3"])
    factors = rules.on(day, "rule_conversion_factors", qualifying=bool(practice["qualifying_apm"]) and not national)
    factor = factors[0]["cf_e4"]
    parts = zip((values[0]["work"], expense, values[0]["malpractice"]), indices, strict=True)
    total = sum((Decimal(value) / 100 * Decimal(index) / 1000 for value, index in parts), Decimal(0))
    dollars = (total * Decimal(factor) / 10000).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return int(dollars * 100)
