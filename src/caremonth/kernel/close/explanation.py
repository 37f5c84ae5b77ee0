"""A close explained as a tree of plain sentences: each rule with its date and citation, what was seen, what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from caremonth.kernel.amounts import dollars
from caremonth.kernel.close.month import Month, day_of
from caremonth.kernel.close.person import CareMonth, Row

MARKS = {"yes": "✓", "no": "✗", "unknown": "?"}
ROLES = {
    "practitioner": "practitioner",
    "clinical_staff": "clinical staff",
    "staff": "clinical staff or practitioner",
}


@dataclass
class Node:
    """One sentence and what stands below it."""

    text: str
    children: list[Node] = field(default_factory=list)

    def add(self, text: str) -> Node:
        """Put a sentence below this one and give it back."""
        child = Node(text)
        self.children.append(child)
        return child


def explain(person_id: str, month: Month, care_months: tuple[CareMonth, ...], labels: Mapping[str, str]) -> Node:
    """The tree for one person and month. `labels`: service → our short label."""
    root = Node(f"{person_id} in {month.text}")
    if not care_months:
        root.add("No consent, work, reading or documented service this month: nothing to judge.")
    for care_month in care_months:
        _care_month(root, care_month, month, labels)
    return root


def money(cents: int | None) -> str:
    """Cents as dollars, or that there is no amount."""
    return "no amount" if cents is None else dollars(cents)


def duration(seconds: int) -> str:
    """Seconds as minutes and seconds, nothing rounded."""
    return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"


def _care_month(root: Node, care_month: CareMonth, month: Month, labels: Mapping[str, str]) -> None:
    total = sum(line["amount_cents"] or 0 for line in care_month.lines)
    answer = f"billed, {money(total)}" if care_month.lines else "not billed"
    label = labels.get(care_month.service, care_month.service)
    top = root.add(f"{care_month.service} ({label}) at {care_month.practice_id}: {answer}")
    for line in care_month.lines:
        top.add(f"{line['code']} × {line['units']}  {money(line['amount_cents'])}")
    unmet = [f for f in care_month.findings if f["verdict"] != "yes"]
    blocking = [f for f in unmet if f["blocks"]]
    _findings(top, "Holds the line" if blocking else "", blocking)
    _findings(top, "Worth knowing", [f for f in unmet if not f["blocks"]])
    _findings(top, "Met", [f for f in care_month.findings if f["verdict"] == "yes"])
    _minutes(top, care_month.minutes)
    _alternatives(top, care_month.alternatives)
    _changes(top, care_month.nearest_changes)


def _findings(top: Node, title: str, findings: list[Row]) -> None:
    if not findings:
        return
    branch = top.add(title)
    for finding in findings:
        mark = "" if finding["confidence"] in ("verified", "") else f" [{finding['confidence']}]"
        node = branch.add(
            f"{MARKS[finding['verdict']]} {finding['rule']}: {finding['observed']} (asked: {finding['required']})"
        )
        since = f", in force from {finding['effective_from']}" if finding["effective_from"] else ""
        if finding["citation"]:
            node.add(f"rule: {finding['citation']}{since}{mark}")
        if finding["remedy"]:
            node.add(f"to do: {finding['remedy']}")


def _minutes(top: Node, minutes: tuple[Row, ...]) -> None:
    if not minutes:
        return
    branch = top.add("Time")
    for row in minutes:
        if row["set_aside_reason"] is None:
            branch.add(f"{row['role']}: {duration(row['counted_seconds'])} counted")
        else:
            branch.add(f"{row['role']}: {duration(row['set_aside_seconds'])} set aside ({row['set_aside_reason']})")


def _alternatives(top: Node, alternatives: tuple[Row, ...]) -> None:
    others = [a for a in alternatives if a["standing"] != "billed"]
    if not others:
        return
    branch = top.add("Other lawful codings")
    for option in others:
        add_on = f" + {option['add_on_code']} × {option['add_on_units']}" if option["add_on_units"] else ""
        branch.add(f"{option['base_code']}{add_on}, {money(option['amount_cents'])}: {option['standing']}")


def _changes(top: Node, changes: tuple[Row, ...]) -> None:
    nearest = sorted(changes, key=lambda change: (change["missing_s"], change["code"], change["performer"]))
    if not nearest:
        return
    branch = top.add("Nearest changes")
    for change in nearest:
        by = day_of(change["by_day"])
        time = f"{duration(change['missing_s'])} more {ROLES[change['performer']]} time by {by.day} {by:%B}"
        once = "; first settle what holds the line" if change["held"] else ""
        branch.add(f"{time} {_gain(change)}{once}")


def _gain(change: Row) -> str:
    """What a nearest change bills: one more unit, or another family in place of the one of today."""
    if not change["in_place_of"]:
        return f"adds {change['code']} ({money(change['cents'])})"
    amounts = f"{money(change['amount_cents'])} for {money(change['amount_before'])}"
    return f"bills {change['code']} in place of {change['in_place_of']} ({amounts})"


def lines(node: Node, indent: str = "") -> Iterator[str]:
    """The tree as text, two spaces a level."""
    yield indent + node.text
    for child in node.children:
        yield from lines(child, indent + "  ")
