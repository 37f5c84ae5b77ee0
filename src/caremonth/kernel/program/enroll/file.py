"""One 834 (full or changes) against what we hold → rows to add to the facts, and what does not agree.

A change file adds, changes, ends or reinstates. A full file is an audit as well: who is in it and not held, held and
not in it, or with another provider or group, is told; nobody's eligibility is ended because a file left them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caremonth.kernel.program.calendar import first_instant
from caremonth.kernel.rulebook.dated import day_number

Row = dict[str, Any]
ADD, TERMINATE, REINSTATE, CHANGE, AUDIT = "021", "024", "025", "001", "030"
FULL_FILE = ("4", "RX")
PRIMARY_CARE = "P3"
UNKNOWN_GROUP = "unknown"
NEVER = "not_eligible"


@dataclass(frozen=True)
class Held:
    """What the facts hold of a person: the newest record of each start."""

    person: Row
    eligibility: Mapping[int, Row]  # start day → row
    assignments: Mapping[tuple[str, int], Row]  # (pcp, start day) → row
    died: int | None


@dataclass
class News:
    """Rows to add to the facts, what waits, and what does not agree."""

    people: list[Row] = field(default_factory=list)
    eligibility: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    deaths: list[Row] = field(default_factory=list)
    pended: list[Row] = field(default_factory=list)
    out_of_sync: list[Row] = field(default_factory=list)
    change_reasons: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class File:
    """The tables of one 834 as rows, joined: members with their coverages, languages and providers."""

    name: str
    full: bool
    created: date
    members: list[Row]
    minutes: int = 0  # of the day, at which it was made

    @property
    def moment(self) -> int:
        """Epoch seconds at which the file was made; its news was learnt then."""
        return first_instant(self.created) + 60 * self.minutes


def files_of(tables: Mapping[str, Any]) -> list[File]:
    """The enrollment transactions of what was read, in the order of the file."""
    children: dict[str, dict[int, list[Row]]] = {"member_coverages": {}, "member_providers": {}, "member_languages": {}}
    for name, by_member in children.items():
        for row in tables[name].to_pylist() if name in tables else []:
            by_member.setdefault(row["member_row"], []).append(row)
    members: dict[int, list[Row]] = {}
    for row in tables["members"].to_pylist() if "members" in tables else []:
        joined = {name: by_member.get(row["member_row"], []) for name, by_member in children.items()}
        members.setdefault(row["enrollment_row"], []).append(row | joined)
    found = []
    for head in tables["enrollments"].to_pylist() if "enrollments" in tables else []:
        own = members.get(head["enrollment_row"], [])
        full = head.get("action_code") in FULL_FILE
        made = _minutes(head.get("created_time"))
        found.append(File(head.get("reference") or "", full, head["created_date"], own, made))
    return found


def _minutes(time: str | None) -> int:
    """HHMM as minutes of the day; midnight where nothing is said."""
    return 60 * int(time[:2]) + int(time[2:4]) if time and time[:4].isdigit() and len(time) >= 4 else 0


def member_id(row: Row) -> str:
    """The program's number for the member: REF*0F, else the number beside the name."""
    return str(row.get("subscriber_id") or row.get("identification") or "")


def read_file(file: File, held: Mapping[str, Held], providers: Mapping[str, str]) -> News:
    """The news of one file. `providers`: NPI or id → pcp_id."""
    news = News()
    now: dict[str, Held] = {}
    for number, row in enumerate(file.members):
        person = member_id(row)
        if not person:
            news.pended.append(_pended("", file, number, "the member has no number (REF*0F)", "ask the sender for it"))
            continue
        own = now.get(person) or held.get(person)
        told = News()
        _person(row, person, own, told)
        _spans(row, person, own, file, number, told)
        _providers(row, person, own, file, number, providers, told)
        if file.full and person not in now:
            _compare(row, person, own, file, providers, told)
        now[person] = _after(own, person, told)
        for name in vars(news):
            getattr(news, name).extend(getattr(told, name))
    seen = now.keys()
    if file.full:
        for person, own in sorted(held.items()):
            if person not in seen and _on(own.eligibility.values(), day_number(file.created)):
                news.out_of_sync.append(_difference(file, person, "held and not in the file", "", person))
    return news


def _after(held: Held | None, person: str, news: News) -> Held:
    """What is held of a person once this news is added: a member may come more than once in a file."""
    before = held or Held({"person_id": person}, {}, {}, None)
    return Held(
        news.people[-1] if news.people else before.person,
        {**before.eligibility, **{row["start_date"]: row for row in news.eligibility}},
        {**before.assignments, **{(row["pcp_id"], row["start_date"]): row for row in news.assignments}},
        news.deaths[-1]["death_date"] if news.deaths else before.died,
    )


def _person(row: Row, person: str, held: Held | None, news: News) -> None:
    language = next((one["language_code"] for one in row["member_languages"] if one.get("language_code")), None)
    sex = row.get("sex")
    found = {
        "family_name": row.get("family_name"),
        "given_name": row.get("given_name"),
        "birth_date": _day(row.get("birth_date")),
        "sex": sex if sex in ("F", "M", "U") else None,
        "street": row.get("street"),
        "city": row.get("city"),
        "state": row.get("state"),
        "zip_code": row.get("zip_code"),
        "language": language.lower() if language else None,
    }
    known = {} if held is None else held.person
    merged = {name: value if value is not None else known.get(name) for name, value in found.items()}
    if held is None or any(merged[name] != known.get(name) for name in merged):
        news.people.append({"person_id": person} | {k: v for k, v in known.items() if k not in merged} | merged)
    died = _day(row.get("death_date"))
    if died is not None and (held is None or held.died != died):
        news.deaths.append({"person_id": person, "death_date": died})


def _ends(row: Row, file: File) -> bool:
    """Whether the member's loop ends membership: a termination, or a day of death."""
    return row.get("maintenance_type_code") == TERMINATE or row.get("death_date") is not None


def _last_day(row: Row, coverage: Row, file: File) -> int | None:
    """The last day of the member (DTP 357), else of the coverage (349), never after death; a termination that names
    no day takes effect on the file's."""
    end = _first(row.get("eligibility_end_date"), coverage.get("end_date"))
    died = _day(row.get("death_date"))
    if died is not None:
        return died if end is None else min(end, died)
    return day_number(file.created) if end is None and _ends(row, file) else end


def _spans(row: Row, person: str, held: Held | None, file: File, number: int, news: News) -> None:
    """Eligibility: dates of the member (DTP 356, 357), else of the coverage (348, 349). A termination or a death ends
    every span that outlives it, whatever start the file gives."""
    coverage = row["member_coverages"][0] if row["member_coverages"] else {}
    start = _first(row.get("eligibility_start_date"), coverage.get("start_date"))
    end = _last_day(row, coverage, file)
    known = {} if held is None else held.eligibility
    ending = _ends(row, file)
    dead = row.get("death_date") is not None
    outlive = [
        began for began, one in known.items() if one["end_date"] is None or (end is not None and one["end_date"] > end)
    ]
    if start is None and not ending:
        start = max(outlive, default=None)
    if start is None and not (ending and outlive):
        if row.get("maintenance_type_code") in (ADD, REINSTATE, TERMINATE):
            why = "no date of eligibility is given that can be read, and none is held"
            news.pended.append(_pended(person, file, number, why, "ask for DTP*356 or DTP*348"))
        return
    asked = row.get("client_category") or coverage.get("client_category")
    starts = {began for began in outlive if ending and end is not None and (dead or began <= end)}
    if start is not None and (start in known or end is None or start <= end):
        starts.add(start)
    for began in sorted(starts):
        held_group = known[began]["group"] if began in known else None
        group = (asked if began == start else held_group) or held_group or row.get("group_number") or UNKNOWN_GROUP
        # a span that ends before it starts never was: it is recorded as one day of no eligibility
        never = end is not None and end < began
        span = {"start_date": began, "end_date": began if never else end, "group": NEVER if never else group}
        if began not in known or any(known[began][name] != span[name] for name in span):
            news.eligibility.append({"person_id": person, **span, "recorded_at": file.moment})


def _providers(
    row: Row, person: str, held: Held | None, file: File, number: int, providers: Mapping[str, str], news: News
) -> None:
    known = {} if held is None else held.assignments
    coverage = row["member_coverages"][0] if row["member_coverages"] else {}
    end = _last_day(row, coverage, file)
    if _ends(row, file):
        for (held_pcp, began), one in sorted(known.items()):
            if end is not None and (one["end_date"] is None or one["end_date"] > end):
                never = began > end
                told = "void" if never else "TERMINATED"
                news.assignments.append(
                    _assignment(person, held_pcp, began, began if never else end, told, file.moment)
                )
        return
    named: dict[int, str] = {}
    for provider in row["member_providers"]:
        if provider.get("role_code") != PRIMARY_CARE:
            continue
        reason = provider.get("change_reason_code")
        if reason:
            news.change_reasons.append({"person_id": person, "reason_code": reason, "file": file.name})
        pcp = providers.get(str(provider.get("provider_id") or ""))
        start = _first(provider.get("change_date"), coverage.get("start_date"), row.get("eligibility_start_date"))
        why = ""
        if pcp is None:
            why = "the provider is not one of the program's"
        elif start is None:
            why = "no date says when the provider starts"
        elif named.setdefault(start, pcp) != pcp:
            why = f"{named[start]} is named from the same day"
        if pcp is None or start is None or why:
            why = f"{why}: {provider.get('provider_id')}"
            news.pended.append(_pended(person, file, number, why, "add or correct it; the member is kept"))
            continue
        _assign(person, pcp, start, end, f"FILE_{reason}" if reason else "FILE", known, file, news)


def _assign(
    person: str, pcp: str, start: int, end: int | None, told: str, known: Mapping[tuple[str, int], Row], file: File,
    news: News,
) -> None:  # fmt: skip
    """The provider from `start` on; another one's span ends the day before. Of two that one file names for one day,
    the later loop holds."""
    for (other, began), one in sorted(known.items()):
        if other != pcp and began < start and (one["end_date"] is None or one["end_date"] >= start):
            news.assignments.append(_assignment(person, other, began, start - 1, "REPLACED", file.moment))
        elif other != pcp and began == start and one["recorded_at"] == file.moment:
            news.assignments.append(_assignment(person, other, began, began, "void", file.moment))
    current = known.get((pcp, start))
    if current is None or current["end_date"] != end:
        news.assignments.append(_assignment(person, pcp, start, end, told, file.moment))


def _compare(row: Row, person: str, held: Held | None, file: File, providers: Mapping[str, str], news: News) -> None:
    """A full file says how things are; what we hold should say the same on the file's day."""
    today = day_number(file.created)
    if held is None:
        news.out_of_sync.append(_difference(file, person, "in the file and not held", person, ""))
        return
    span = _on(held.eligibility.values(), today)
    if row.get("maintenance_type_code") != TERMINATE and span is None:
        news.out_of_sync.append(_difference(file, person, "eligible in the file and not here", person, ""))
    group = row.get("client_category")
    if span is not None and group and span["group"] != group:
        news.out_of_sync.append(_difference(file, person, "another group", group, span["group"]))
    primary = [one for one in row["member_providers"] if one.get("role_code") == PRIMARY_CARE]
    told = providers.get(str(primary[0]["provider_id"])) if primary else None
    here = _on(held.assignments.values(), today)
    if told is not None and told != (here or {}).get("pcp_id"):
        news.out_of_sync.append(_difference(file, person, "another provider", told, (here or {}).get("pcp_id") or ""))


def _on(rows: Iterable[Row], day: int) -> Row | None:
    """The newest record that covers a day."""
    covering = [one for one in rows if one["start_date"] <= day and (one["end_date"] is None or one["end_date"] >= day)]
    return max(covering, key=lambda one: (one["recorded_at"], one["start_date"])) if covering else None


def _assignment(person: str, pcp: str, start: int, end: int | None, reason: str, recorded: int) -> Row:
    span = {"start_date": start, "end_date": end}
    return {"person_id": person, "pcp_id": pcp, **span, "reason": reason, "recorded_at": recorded}


def _pended(person: str, file: File, number: int, why: str, todo: str) -> Row:
    return {"person_id": person, "file": file.name, "member": number + 1, "why": why, "what_to_do": todo}


def _difference(file: File, person: str, what: str, theirs: str, ours: str) -> Row:
    return {"person_id": person, "file": file.name, "difference": what, "in_file": theirs, "held": ours}


def _day(value: Any) -> int | None:
    if value is None or isinstance(value, int):
        return value
    return day_number(value)


def _first(*values: Any) -> int | None:
    return next((_day(value) for value in values if value is not None), None)
