"""Reference pages made from the grammar, in Markdown: one a transaction, one of the findings, one of the code lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .checks.findings import catalogue
from .checks.numbers import money
from .checks.partners import partners
from .grammar import TRANSACTIONS, Element, Loop, Segment, Transaction, load_yaml, transaction

SEVERITY = {
    "error": "refuses the transaction (999)",
    "claim": "refuses the claim (277CA)",
    "warning": "refuses nothing",
}
SNIP = {1: "integrity", 2: "requirement", 3: "balance", 4: "situation", 5: "code set"}


def pages() -> dict[str, str]:
    """File name → Markdown, for all pages of the X12 reference."""
    found = {f"{name}.md": transaction_page(name) for name in TRANSACTIONS}
    found["findings.md"] = findings_page()
    found["code-lists.md"] = code_lists_page()
    found["index.md"] = index_page()
    return found


def index_page() -> str:
    """The list of transactions."""
    rows = [
        f"| [{name}]({name}.md) | {transaction(name).title} | {transaction(name).group} | "
        + ", ".join(transaction(name).versions)
        + " |"
        for name in TRANSACTIONS
    ]
    return "\n".join(
        [
            "# X12 reference", "",
            "Made from the grammar that reads, checks and writes. Names are ours; the standard's text is X12's.", "",
            "| transaction | what it is | group | versions |", "|---|---|---|---|", *rows, "",
            "See also the [findings](findings.md) and the [code lists](code-lists.md).", "",
        ]
    )  # fmt: skip


def transaction_page(name: str) -> str:
    """Loops, segments, elements and situational rules of a transaction."""
    found = transaction(name)
    lines = [
        f"# {name}: {found.title}",
        "",
        f"Versions {', '.join(found.versions)}; functional group {found.group}.",
        "",
    ]
    lines += ["## Loops", "", *_tree(found.root, 0), ""]
    lines += ["## Segments", ""]
    seen: set[int] = set()
    for loop in [found.root, *(loop for _, loop in found.loops())]:
        if id(loop.children) in seen:
            continue
        seen.add(id(loop.children))
        if loop.id:
            lines += [f"### {loop.id} {_words(loop.name)}", ""]
        for child in loop.children:
            if isinstance(child, Segment):
                lines += _segment(child)
    if found.rules:
        lines += ["## Situations", "", "| rule | because | then |", "|---|---|---|"]
        lines += [f"| {rule['rule']} | {rule['because']} | {_consequence(rule)} |" for rule in found.rules] + [""]
    lines += [*_dates(found), *_counted(found)]
    return "\n".join(lines)


def _dates(found: Transaction) -> list[str]:
    """Dates that run forward, and those that are not after the day the file was made."""
    lines = [f"- `{end}` is not before `{begin}`" for _, begin, end in found.spans]
    lines += [f"- `{name}` is not after `{found.happened[0]}`" for name in found.happened[1:]]
    return ["## Dates", "", *lines, ""] if lines else []


def _counted(found: Transaction) -> list[str]:
    names = ", ".join(f"`{name}`" for name in found.not_negative)
    once = ", ".join(f"`{name}` in `{loop}`" for loop, name in found.once)
    lines = [f"Not less than nothing: {names}."] if names else []
    lines += [f"No amount is more than {money(found.largest_amount)}."] if found.largest_amount else []
    lines += [f"Each value comes once: {once}."] if once else []
    return ["## Amounts and counts", "", *(part for line in lines for part in (line, ""))] if lines else []


def _tree(loop: Loop, depth: int) -> list[str]:
    lines = []
    for child in loop.children:
        if isinstance(child, Loop):
            lines.append(
                f"{'  ' * depth}- **{child.id}** {_words(child.name)} ({_use(child.requirement, child.repeat)})"
            )
            lines += _tree(child, depth + 1)
    return lines


def _segment(segment: Segment) -> list[str]:
    codes = f" {'/'.join(segment.values)}" if segment.values and segment.by and len(segment.values) <= 4 else ""
    head = f"**{segment.id}{codes}** {_words(segment.name)} ({_use(segment.requirement, segment.repeat)})"
    rows = ["| element | name | type | length | use | values |", "|---|---|---|---|---|---|"]
    for element in segment.elements:
        rows += [_element(segment, element, part) for part in _parts(element)]
    return [head, "", *rows, ""]


def _parts(element: Element) -> Iterator[Element | None]:
    if element.requirement == "N":
        return
    yield None
    for part in element.components:
        if part.requirement != "N":
            yield part


def _element(segment: Segment, element: Element, part: Element | None) -> str:
    shown = part or element
    place = f"{segment.id}{element.position:02d}" + (f"-{part.position}" if part else "")
    use = "required" if shown.requirement == "R" else "situational"
    length = f"{shown.low}–{shown.high}" if shown.low != shown.high else str(shown.low)
    type_, length = ("composite", "") if shown.components else (shown.type, length)
    if shown.code_list and shown.code_list != "version":
        values = f"[{shown.code_list}](code-lists.md#{shown.code_list})"
    else:
        values = " ".join(shown.codes or ())
    return f"| {place} | {_words(shown.name)} | {type_} | {length} | {use} | {values} |"


def _use(requirement: str, repeat: int | None) -> str:
    often = "any number" if repeat is None else "once" if repeat == 1 else f"up to {repeat}"
    return f"{'required' if requirement == 'R' else 'situational'}, {often}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _consequence(rule: Mapping[str, Any]) -> str:
    said = []
    for name in rule.get("need", ()):
        said.append(f"`{name}` is needed")
    for name in rule.get("refuse", ()):
        said.append(f"no `{name}`")
    for name, codes in rule.get("must", {}).items():
        said.append(f"`{name}` is {' or '.join(codes)}")
    said += [f"`{name}` is {sign}" for name, sign in rule.get("amount", {}).items()]
    said += [f"`{name}` is `{other}`" for name, other in rule.get("same", {}).items()]
    return "; ".join(said)


def findings_page() -> str:
    """Every finding: what it says, what to do, how an acknowledgement puts it."""
    lines = ["# Findings of the X12 check", ""]
    for severity, meaning in SEVERITY.items():
        lines.append(f"- **{severity}**: {meaning}")
    lines += ["", "| finding | severity | SNIP type | what | what to do | said as |", "|---|---|---|---|---|---|"]
    for name, entry in catalogue().items():
        said = ", ".join(f"{SAID[key]} {entry[key]}" for key in SAID if key in entry)
        what, todo = (str(entry[key]).replace("|", "\\|") for key in ("says", "do"))
        snip = f"{entry['snip']} {SNIP[entry['snip']]}"
        lines.append(f"| {name} | {entry['severity']} | {snip} | {what} | {todo} | {said} |")
    lines += ["", "## Trading partners", "", "| partner | is forgiven | because |", "|---|---|---|"]
    for who in partners().values():
        lines += [f"| {who.name} | {r.finding} ({r.name}) | {r.reason} |" for r in who.relaxations]
    return "\n".join([*lines, ""])


SAID = {
    "ta1": "TA105",
    "group": "AK905",
    "transaction": "IK502",
    "segment": "IK304",
    "element": "IK403",
    "claim": "STC01",
}


def code_lists_page() -> str:
    """The code lists and shapes: values only; what they mean is their owners' to say."""
    data = load_yaml("codes")
    lines = ["# Code lists", ""]
    for name, entry in data["lists"].items():
        mark = " (unverified)" if entry.get("confidence") == "unverified" else ""
        lines += [f"## {name}", "", f"{entry['about']}{mark}", "", " ".join(entry["values"]), ""]
    lines += ["## Shapes", "", "| shape | what it is | pattern | finding |", "|---|---|---|---|"]
    for name, entry in data["shapes"].items():
        pattern = f"`{entry['pattern']}`".replace("|", "\\|") if "pattern" in entry else "worked out"
        lines.append(f"| {name} | {entry['about']} | {pattern} | {entry['finding']} |")
    return "\n".join([*lines, ""])
