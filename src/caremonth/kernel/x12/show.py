"""X12 tables as a person would want to see them: plain lines, dollars, codes in our own words (wording.yaml).

For a denied or reduced line the rulebook's usual remedy is added, where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .showing.answers import claim_status, group, interchange, provider_status, receiver_status, status_inquiry
from .showing.claims import claim
from .showing.members import dependent_coverage, member, referral, refused_batch, refused_question, subscriber_coverage
from .showing.payments import payment, payment_claim, premium
from .showing.words import Linked, Row, Tables


def lines(tables: Tables, *, only: str | None = None, limit: int = 20) -> Iterator[str]:
    """Lines that show what is in the tables. `only`: the claim, member or trace of that number; `limit`: at most so
    many of a kind (0: all). Nothing at all when there is nothing to show."""
    linked = Linked(tables)
    any_shown = False
    for name, numbers, show in SECTIONS:
        rows = linked.rows(name)
        chosen = [r for r in rows if only is None or only in {str(r.get(n)) for n in numbers if r.get(n) is not None}]
        shown = chosen if limit == 0 else chosen[:limit]
        for row in shown:
            found = list(show(row, linked))
            any_shown |= bool(found)
            yield from [*found, ""] if found else []
        if len(shown) < len(chosen):
            yield f"… and {len(chosen) - len(shown):,} more of {name.replace('_', ' ')} (--limit 0 shows all)"
            yield ""
    if only is None:
        yield from _unknown(linked, nothing_else=not any_shown)


def _unknown(linked: Linked, *, nothing_else: bool) -> Iterator[str]:
    """Transactions without a grammar; where nothing at all could be shown, the others too."""
    for row in [r for r in linked.rows("transactions") if nothing_else or not r.get("kind")][:20]:
        what = f"a {row.get('set_code')} of version {row.get('version') or 'not said'}"
        how = "with nothing that could be shown; check says why" if row.get("kind") else "as segments only"
        yield f"Transaction {row.get('control_number')}: {what}, {how}"


SECTIONS: tuple[tuple[str, tuple[str, ...], Callable[[Row, Linked], Iterator[str]]], ...] = (
    ("payments", ("trace_number",), payment),
    ("payment_claims", ("claim_id", "payer_claim_control_number", "member_id", "patient_id"), payment_claim),
    ("claims", ("claim_id", "member_id"), claim),
    ("members", ("subscriber_id", "identification"), member),
    ("eligibility_batches", (), refused_batch),
    ("eligibility_receivers", (), refused_question),
    ("eligibility_subscribers", ("member_id", "trace_number"), subscriber_coverage),
    ("eligibility_dependents", ("trace_number",), dependent_coverage),
    ("referrals", ("referral_number", "member_id", "trace_number"), referral),
    ("status_inquiries", ("trace_number", "claim_id", "payer_claim_control_number"), status_inquiry),
    ("status_receivers", ("trace_number",), receiver_status),
    ("status_providers", (), provider_status),
    ("claim_statuses", ("trace_number", "claim_id", "payer_claim_control_number"), claim_status),
    ("premium_payments", ("trace_number",), premium),
    ("interchange_acknowledgements", ("acknowledged_control_number",), interchange),
    ("acknowledgements", ("group_control_number",), group),
)
