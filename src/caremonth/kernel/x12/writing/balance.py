"""Amounts that must agree. Where they do not, nothing is written: money is never balanced by the writer.

837   the claim's charge is the sum of its lines; for another payer: charge = paid + its adjustments
835   charge - adjustments = paid, for each line and each claim; the payment = claims paid - PLB amounts
820   the payment = remittances paid + adjustments of earlier periods
834   the totals of the header are the members there are
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from caremonth.kernel.arrays import constant, flags_of, numbers_of

from .book import Book
from .reasons import SHOWN
from .rows import valid

Cents = NDArray[np.int64]


def check_balance(kind: str, book: Book) -> None:
    """Refuse every amount that does not agree with those it is made of."""
    for check in CHECKS.get(kind, ()):
        check(book)


def _amounts(book: Book, table: str, column: str) -> Cents:
    """Integer values of a column, null as 0; zeros when there is none."""
    raw = book.raw(table, column)
    if raw is None:
        return np.zeros(book.size(table), np.int64)
    amounts: Cents = numbers_of(raw.cast("int64"))
    return amounts


def _given(book: Book, table: str, column: str) -> NDArray[np.bool_]:
    raw = book.raw(table, column)
    return np.zeros(book.size(table), bool) if raw is None else valid(raw)


def _sum(book: Book, table: str, column: str, above: str, where: NDArray[np.bool_] | None = None) -> Cents:
    """Sums of a column for each row of the table around it."""
    totals = np.zeros(book.size(above), np.int64)
    if not book.size(table) or not book.size(above):
        return totals
    sheet = book.plan.sheets[above]
    position = book.positions(table, sheet, sheet is book.plan.header)
    if position is None:
        return totals
    amounts = _amounts(book, table, column)
    chosen = position >= 0 if where is None else (position >= 0) & where
    np.add.at(totals, position[chosen], amounts[chosen])
    return totals


def _refuse(
    book: Book, name: str, table: str, column: str, wrong: NDArray[np.bool_], found: Cents, due: Cents, why: str
) -> None:
    for row in np.flatnonzero(wrong)[:SHOWN]:
        book.reasons.add(
            name, table, book.row(table, int(row)), column, dollars(int(found[row])),
            f"{why} {dollars(int(due[row]))}: {dollars(int(found[row] - due[row]))} too much",
            "Correct the amounts; the writer does not balance them.",
        )  # fmt: skip


def dollars(cents: int) -> str:
    """Cents as dollars with two digits, for messages."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _claim_lines(book: Book) -> None:
    charge, lines = _amounts(book, "claims", "charge_cents"), _sum(book, "claim_lines", "charge_cents", "claims")
    _refuse(book, "claim-total", "claims", "charge_cents", charge != lines, charge, lines, "the lines add up to")


def _other_payers(book: Book) -> None:
    """What another payer paid and adjusted must make up the charge, of the claim and of each line it decided."""
    paid = _amounts(book, "claim_line_adjudications", "paid_cents")
    if book.size("claim_line_adjudications"):
        adjusted = _sum(book, "claim_adjustments", "amount_cents", "claim_line_adjudications")
        line = book.positions("claim_line_adjudications", book.plan.sheets["claim_lines"], False)
        if line is not None:
            charge = np.where(line >= 0, _amounts(book, "claim_lines", "charge_cents")[line], paid + adjusted)
            due = charge - adjusted
            _refuse(book, "line-adjudication", "claim_line_adjudications", "paid_cents", paid != due, paid, due,
                    "the line's charge less the adjustments is")  # fmt: skip


def _payment_lines(book: Book) -> None:
    paid = _amounts(book, "payment_lines", "paid_cents")
    due = _amounts(book, "payment_lines", "charge_cents") - _sum(book, "adjustments", "amount_cents", "payment_lines")
    _refuse(book, "line-balance", "payment_lines", "paid_cents", paid != due, paid, due, "charge less adjustments is")


def _payment_claims(book: Book) -> None:
    charge, paid = (_amounts(book, "payment_claims", c) for c in ("charge_cents", "paid_cents"))
    due = charge - _sum(book, "adjustments", "amount_cents", "payment_claims")
    _refuse(book, "claim-balance", "payment_claims", "paid_cents", paid != due, paid, due, "charge less adjustments is")
    lines = _sum(book, "payment_lines", "charge_cents", "payment_claims")
    count = _count(book, "payment_lines", "payment_claims")
    wrong = (count > 0) & (charge != lines)
    _refuse(book, "claim-total", "payment_claims", "charge_cents", wrong, charge, lines, "the lines add up to")


def _count(book: Book, table: str, above: str) -> Cents:
    totals = np.zeros(book.size(above), np.int64)
    sheet = book.plan.sheets[above]
    position = book.positions(table, sheet, sheet is book.plan.header) if book.size(table) else None
    if position is not None:
        np.add.at(totals, position[position >= 0], 1)
    return totals


def _payment(book: Book) -> None:
    amount = _amounts(book, "payments", "payment_cents")
    due = _sum(book, "payment_claims", "paid_cents", "payments")
    due = due - _sum(book, "provider_adjustments", "amount_cents", "payments")
    _refuse(book, "payment-total", "payments", "payment_cents", amount != due, amount, due,
            "claims paid less provider adjustments are")  # fmt: skip
    zero = _amounts(book, "provider_adjustments", "amount_cents") == 0
    for row in np.flatnonzero(zero)[:SHOWN]:
        book.reasons.add("zero-adjustment", "provider_adjustments", book.row("provider_adjustments", int(row)),
                         "amount_cents", "0.00", "a provider adjustment is never zero", "Leave it out.")  # fmt: skip


def _enrollment(book: Book) -> None:
    subscriber = book.raw("members", "is_subscriber")
    is_subscriber = (
        np.zeros(book.size("members"), bool) if subscriber is None else flags_of(pc.equal(subscriber, constant("Y")))
    )
    sheet = book.plan.header
    position = book.positions("members", sheet, True) if book.size("members") else None
    for column, chosen in (
        ("grand_total", np.ones(len(is_subscriber), bool)),
        ("employee_total", is_subscriber),
        ("dependent_total", ~is_subscriber),
    ):
        given = _given(book, "enrollments", column)
        if not given.any():
            continue
        due = np.zeros(book.size("enrollments"), np.int64)
        if position is not None:
            np.add.at(due, position[chosen & (position >= 0)], 1)
        found = _amounts(book, "enrollments", column)
        for row in np.flatnonzero(given & (found != due))[:SHOWN]:
            book.reasons.add("member-total", "enrollments", book.row("enrollments", int(row)), column, int(found[row]),
                             f"the transaction has {int(due[row])} of them", "Correct it.")  # fmt: skip


def _premium(book: Book) -> None:
    amount = _amounts(book, "premium_payments", "payment_cents")
    earlier = np.ones(book.size("premium_adjustments"), bool)
    if book.size("premium_adjustments"):
        beside = book.positions("premium_adjustments", book.plan.sheets["premium_remittances"], False)
        if beside is not None:
            earlier = beside < 0
    due = _sum(book, "premium_remittances", "paid_cents", "premium_payments")
    due = due + _sum(book, "premium_adjustments", "amount_cents", "premium_payments", earlier)
    _refuse(book, "payment-total", "premium_payments", "payment_cents", amount != due, amount, due,
            "items paid and adjustments of earlier periods are")  # fmt: skip


CHECKS: dict[str, tuple[Callable[[Book], None], ...]] = {
    "837P": (_claim_lines, _other_payers),
    "837I": (_claim_lines, _other_payers),
    "835": (_payment_lines, _payment_claims, _payment),
    "820": (_premium,),
    "834": (_enrollment,),
}
