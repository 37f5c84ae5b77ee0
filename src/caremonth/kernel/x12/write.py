"""Tables to X12 bytes, by the same grammar and the same layout that the reader uses.

    data = write("835", {"payments": …, "payment_claims": …, "payment_lines": …, "adjustments": …},
                 partner=Partner(sender_id="STATE", receiver_id="CLINIC"), created=datetime(2026, 3, 31, 6, 0))

`kind` is 837P, 837I, 835, 834, 820, 270, 271, 276, 277, 277CA, 278_request, 278_response, 999 or TA1. Tables have the
names and columns that `read` gives (layout/*.yaml; `columns(kind)` lists them): money in cents, dates as dates or day
numbers, absent = null. Which is inside of which is said by keys: `claim_row` of claim_lines names a `claim_row` of
claims (numbers of your own, or none: then rows count from 0). A file with one transaction needs no key to its header.

    837P, 837I     submissions, claims, claim_lines, claim_diagnoses, claim_codes, claim_providers, claim_notes …
    835            payments, payment_contacts, payment_claims, payment_lines, adjustments, provider_adjustments (PLB) …
    834            enrollments, members, member_coverages, member_providers, member_languages …
    820            premium_payments, premium_members, premium_organizations, premium_remittances, premium_adjustments
    270, 271       eligibility_batches, eligibility_receivers, eligibility_subscribers, inquiries or benefits …
    276, 277, 277CA   status_batches, status_receivers, status_providers, status_people, claim_statuses, statuses …
    278_request, 278_response   referral_batches, referrals, referral_services, referral_providers …
    999, TA1       acknowledgements, acknowledged_transactions …; interchange_acknowledgements

What the writer works out and nobody gives: HL numbers and parents, LX counters that are null, segment, transaction and
group counts, control numbers, format qualifiers (D8, RD8), and elements that the grammar lets have one value only.
Claims of one billing provider come together; a subscriber is written once for claims that follow each other; the
patient loop is written where the patient columns have a value. What is not right is refused, all reasons at once
(`WriteRefused.reasons`): a required element, a code, a length, a character, a row without a place, an amount that
does not balance. Nothing is cut, filled or balanced to make it fit.

Control numbers: those of the tables `interchanges`, `groups` and `transactions` where these are given and
`control_numbers` is not (so that reading and writing again gives the same bytes); else the next ones of the store.
The date and time of the envelope: `created`, else those tables, else the header's own date (at 0000).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from .control_numbers import ControlNumbers
from .partner import Partner
from .writing.arrange import Arrangement
from .writing.assemble import Assembly
from .writing.balance import check_balance
from .writing.book import Book
from .writing.completeness import check_arrangement
from .writing.envelopes import Envelopes, envelopes_of, interchange_acknowledgements, marks_as_read
from .writing.plan import Plan, plan_for
from .writing.reasons import Reason, Reasons, WriteRefused
from .writing.segments import Pen
from .writing.shares import Share, shares
from .writing.situations import claim_situations
from .writing.tables import prepared

__all__ = ["ControlNumbers", "Partner", "Reason", "WriteRefused", "Written", "columns", "write", "write_all"]

CLAIMS = ("837P", "837I")


@dataclass(frozen=True)
class Written:
    """A written file: its bytes, the control numbers of its interchanges, how many transactions and segments."""

    data: bytes
    control_numbers: tuple[int, ...]
    transactions: int
    notes: tuple[str, ...]  # what a situational rule left out, in words


def write(
    kind: str,
    tables: Mapping[str, pa.Table],
    *,
    partner: Partner | None = None,
    control_numbers: ControlNumbers | None = None,
    created: datetime | None = None,
) -> bytes:
    """The bytes of one file. Raises WriteRefused with every reason when anything is not right; KeyError for an
    unknown kind."""
    return write_all(kind, tables, partner=partner, control_numbers=control_numbers, created=created).data


def write_all(
    kind: str,
    tables: Mapping[str, pa.Table],
    *,
    partner: Partner | None = None,
    control_numbers: ControlNumbers | None = None,
    created: datetime | None = None,
) -> Written:
    """As `write`, with the control numbers used and what was left out by rule."""
    partner = partner or marks_as_read(tables)
    reasons = Reasons()
    if kind == "TA1":
        found = interchange_acknowledgements(tables, partner, control_numbers, created, reasons)
        reasons.refuse_if_any(kind)
        return Written(found[0], found[1], 0, ())
    plan = plan_for(kind)
    ready = prepared(plan, tables, partner, reasons)
    reasons.refuse_if_any(kind)
    envelopes = envelopes_of(plan, ready, tables, partner, created, reasons)
    whole = Book(plan, ready.tables, reasons, partner.allowed(), partner.repetition)
    left_out: Counter[str] = Counter()
    texts = []
    for share in shares(plan, whole):
        book = Book(plan, share.tables, reasons, partner.allowed(), partner.repetition, share.numbers)
        if kind in CLAIMS:
            left_out.update(claim_situations(book))
        check_balance(kind, book)
        texts.append(_transactions(plan, book, envelopes, share))
    ready.notes += [f"{count} providers left out: {why}" for why, count in left_out.items()]
    ready.notes += _without_column(kind, tables)
    envelopes = envelopes.numbered(control_numbers) if not reasons.found else envelopes
    if len(set(envelopes.interchange_numbers)) < len(envelopes.interchange_numbers):
        reasons.add("envelope", "interchanges", -1, "control_number", None, "one number is there twice",
                    "Give `control_numbers`, a store that gives new ones.")  # fmt: skip
    reasons.refuse_if_any(kind)
    count = sum(len(text) for text in texts)
    return Written(envelopes.around(texts), envelopes.interchange_numbers, count, tuple(ready.notes))


def _without_column(kind: str, tables: Mapping[str, pa.Table]) -> list[str]:
    """What was read and has no column is not written again; say so."""
    left = tables.get("segments")
    if left is None or not left.num_rows or "kind" not in left.column_names:
        return []
    count = left.column("kind").to_pylist().count(kind)
    return [f"{count} rows of the table segments have no column of their own and are not written"] if count else []


def _transactions(plan: Plan, book: Book, envelopes: Envelopes, share: Share) -> Any:
    """One text a transaction of a share."""
    marks = envelopes.marks
    pen = Pen(book, marks.element, marks.component, marks.repetition, marks.end)
    arrangement = Arrangement(plan, book)
    check_arrangement(arrangement)
    numbers = envelopes.transaction_numbers[share.first : share.last]
    return Assembly(arrangement, pen, numbers, envelopes.versions[share.first : share.last]).transactions()


def columns(kind: str) -> dict[str, tuple[str, ...]]:
    """The tables that a kind is written from and their columns: keys, links, then values."""
    found = {}
    for name, sheet in plan_for(kind).sheets.items():
        keys = [sheet.key] if sheet.key else []
        links = [k for k in (_key(kind, parent) for parent in sheet.parents) if k]
        order = [sheet.sequence] if sheet.sequence else []
        values = [c.name for c in sheet.columns]
        found[name] = tuple(dict.fromkeys([*keys, *links, *order, *values]))
    return found


def _key(kind: str, table: str) -> str | None:
    sheet = plan_for(kind).sheets.get(table)
    return sheet.key if sheet else None
