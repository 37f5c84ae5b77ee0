"""Answer: a 270 (who is this, on that day?) → a 271 with eligibility and the primary care provider on that date.

    reply = answer(program, read("inquiry.270"), engine, today=date(2025, 4, 1))

Each question is answered as of its own date of service; a question without one is about `today`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from caremonth.kernel.engine import Relation, plan, read_relations
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.program.calendar import Month
from caremonth.kernel.program.pay import tables
from caremonth.kernel.program.settings import Enrollment, Fees, Header, Program
from caremonth.kernel.program.small_table import ragged_table, small_table
from caremonth.kernel.rulebook.dated import day_number, day_of
from caremonth.kernel.x12.control_numbers import ControlNumbers
from caremonth.kernel.x12.partner import Partner
from caremonth.kernel.x12.write import write

Row = dict[str, Any]
NOT_FOUND, BIRTH_DIFFERS, DEPENDENT_NOT_FOUND = "75", "71", "67"  # reasons of AAA03
CORRECT_AND_RESUBMIT = "C"


@dataclass(frozen=True)
class Reply:
    """`data`: the 271. `answers`: the same as a table, one row a question."""

    data: bytes
    answers: pa.Table


_ANSWERED = ("member_id", "service_date", "status", "eligibility_group", "pcp_id", "pcp_npi")
NO_REPLY = Reply(b"", small_table([], text=_ANSWERED))  # to a file of which nothing was accepted


@cache
def relations() -> dict[str, Relation]:
    """The relations of spans and answer, read once."""
    here = files("caremonth.kernel.program")
    return read_relations(here / "spans") | read_relations(here / "answer")


def answer(
    program: Program,
    inquiry: Mapping[str, pa.Table],
    engine: Any,
    today: date,
    numbers: ControlNumbers | None = None,
) -> Reply:
    """The 271 for the tables of a 270, over the facts that `engine` holds. WriteRefused when it cannot be written."""
    header = program.section("program", Header)
    subscribers = inquiry["eligibility_subscribers"].to_pylist()
    dependents = inquiry["eligibility_dependents"].to_pylist() if "eligibility_dependents" in inquiry else []
    asked = _questions(subscribers, inquiry, today)
    found = _look_up(program, engine, asked, today)
    pages = _Pages(header)
    for subscriber, question, known in zip(subscribers, asked, found, strict=True):
        pages.add(subscriber, question, known)
    for dependent in dependents:
        pages.refuse({"eligibility_dependent_row": dependent["eligibility_dependent_row"]}, DEPENDENT_NOT_FOUND)
    reply = _envelope(inquiry, today) | {
        "eligibility_subscribers": _echo(inquiry["eligibility_subscribers"]),
        **pages.tables(),
    }
    if dependents:
        reply["eligibility_dependents"] = _echo(inquiry["eligibility_dependents"])
    sender = inquiry["interchanges"].to_pylist()[0]["sender_id"] if "interchanges" in inquiry else "PROVIDER"
    partner = Partner(sender_id=header.payer.id, receiver_id=str(sender).strip(), line_breaks=True)
    created = datetime(today.year, today.month, today.day)
    data = write("271", reply, partner=partner, control_numbers=numbers, created=created)
    return Reply(data, pages.answers())


def _questions(subscribers: list[Row], inquiry: Mapping[str, pa.Table], today: date) -> list[Row]:
    """One question a subscriber: whose id, which day (of the inquiry, else of the subscriber, else today)."""
    dated: dict[Any, Any] = {}
    for row in inquiry["inquiries"].to_pylist() if "inquiries" in inquiry else []:
        if row.get("service_date") is not None:
            dated.setdefault(row.get("eligibility_subscriber_row"), row["service_date"])
    return [
        {
            "question": number,
            "person_id": subscriber.get("member_id") or "",
            "day": day_number(
                _date(dated.get(subscriber["eligibility_subscriber_row"]) or subscriber.get("plan_date"), today)
            ),
        }
        for number, subscriber in enumerate(subscribers)
    ]


def _date(value: Any, otherwise: date) -> date:
    if value is None:
        return otherwise
    return value if isinstance(value, date) else day_of(int(value))


def _look_up(program: Program, engine: Any, asked: list[Row], today: date) -> list[Row]:
    enrollment, fees = program.section("enrollment", Enrollment), program.section("fees", Fees)
    month = Month.holding(today)
    engine.bind("asked", small_table(asked, text=("person_id",), integers=("question", "day")))
    engine.run(plan(relations(), ["eligibility_classes"]), {})
    names = [str(row["group_name"]) for row in engine.fetch("eligibility_classes").to_pylist()]
    engine.bind("program_groups", tables.groups_table(enrollment, names))
    engine.bind("program_prospective_groups", tables.prospective_table(fees, month))
    engine.bind("program_calendar", tables.calendar_table(month))
    parameters = {"known_before": tables.known_before(None), "open_end": tables.OPEN_END_DAY}
    rest = {name: relation for name, relation in relations().items() if name != "eligibility_classes"}
    engine.run(plan(rest, ["on_the_day"]), parameters)
    rows: list[Row] = engine.fetch("on_the_day", ("question",)).to_pylist()
    return rows


class _Pages:
    """The rows of the answer's tables as they are written."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.benefits: list[Row] = []
        self.dates: list[Row] = []
        self.entities: list[Row] = []
        self.rejections: list[Row] = []
        self.said: list[Row] = []

    def add(self, subscriber: Row, question: Row, known: Row) -> None:
        """Answer one question."""
        place = {"eligibility_subscriber_row": subscriber["eligibility_subscriber_row"]}
        born = subscriber.get("birth_date")
        wrong_birth = (
            known["known"] and born is not None and known["birth_day"] not in (None, day_number(_date(born, born)))
        )
        if not known["known"] or wrong_birth:
            self.refuse(place, BIRTH_DIFFERS if wrong_birth else NOT_FOUND)
            self._say(question, known, "birth date differs" if wrong_birth else "unknown")
        elif known["member_from_day"] is None:
            self._benefit(place, {"benefit_code": "6", "insurance_type_code": "MC", "plan_description": self._plan})
            self._date("291", known["day"], known["day"])
            self._say(question, known, "inactive")
        else:
            self._benefit(place, {"benefit_code": "1", "insurance_type_code": "MC", "plan_description": self._plan})
            self._date("291", known["member_from_day"], known["member_to_day"])
            self._provider(place, known)
            self._coordinator(place)
            self._say(question, known, "active")

    @property
    def _plan(self) -> str:
        return "PCCM " + self.header.name[:45]

    def refuse(self, place: Row, reason: str) -> None:
        """A question that cannot be answered, and why."""
        refusal = {"valid": "N", "reason_code": reason, "follow_up_code": CORRECT_AND_RESUBMIT}
        self.rejections.append(place | refusal)

    def _provider(self, place: Row, known: Row) -> None:
        if known["pcp_id"] is None:
            return
        self._benefit(place, {"benefit_code": "L"})
        self._date("348", known["panel_from_day"], None)
        qualifier, identifier = ("XX", known["pcp_npi"]) if npi_holds(known["pcp_npi"]) else ("SV", known["pcp_id"])
        self._entity("P3", known["pcp_name"] or known["pcp_id"], qualifier, identifier.rjust(2, "0"))

    def _coordinator(self, place: Row) -> None:
        if self.header.entity is not None:
            self._benefit(place, {"benefit_code": "MC"})
            self._entity("PR", self.header.entity.name, "PI", self.header.entity.id)

    def _benefit(self, place: Row, values: Row) -> None:
        self.benefits.append(place | {"benefit_row": len(self.benefits), "service_type_codes": ["30"]} | values)

    def _date(self, code: str, start: int, end: int | None) -> None:
        period = {
            "start_date": day_of(start),
            "end_date": None if end in (None, tables.OPEN_END_DAY) else day_of(int(end or 0)),
        }
        self.dates.append({"benefit_row": len(self.benefits) - 1, "date_code": code} | period)

    def _entity(self, role: str, name: str, qualifier: str, identifier: str) -> None:
        who = {"role_code": role, "entity_type": "2", "name": name[:60], "id_qualifier": qualifier, "id": identifier}
        self.entities.append({"benefit_row": len(self.benefits) - 1} | who)

    def _say(self, question: Row, known: Row, status: str) -> None:
        self.said.append(
            {
                "member_id": question["person_id"],
                "service_date": str(day_of(question["day"])),
                "status": status,
                "eligibility_group": known["group_name"],
                "pcp_id": known["pcp_id"] if status == "active" else None,
                "pcp_npi": known["pcp_npi"] if status == "active" else None,
            }
        )

    def tables(self) -> dict[str, pa.Table]:
        """The tables that have a row."""
        named = {
            "benefits": self.benefits,
            "benefit_dates": self.dates,
            "benefit_entities": self.entities,
            "eligibility_rejections": self.rejections,
        }
        return {name: ragged_table(rows) for name, rows in named.items() if rows}

    def answers(self) -> pa.Table:
        """One row a question, in the order of the inquiry."""
        return small_table(self.said, text=_ANSWERED)


_ECHOED = (
    "eligibility_subscriber_row", "eligibility_dependent_row", "eligibility_receiver_row", "trace_number",
    "trace_originator_id", "role_code", "entity_type", "family_name", "given_name", "middle_name",
    "member_id_qualifier", "member_id", "birth_date", "sex",
)  # fmt: skip


def _echo(table: pa.Table) -> pa.Table:
    """The people asked about, with the inquiry's trace given back (TRN01 becomes 2)."""
    kept = table.select([name for name in _ECHOED if name in table.column_names])
    if "trace_number" not in kept.column_names:
        return kept
    traces = [None if number is None else "2" for number in kept["trace_number"].to_pylist()]
    return kept.append_column("trace_type_code", pa.array(traces, pa.string()))


def _envelope(inquiry: Mapping[str, pa.Table], today: date) -> dict[str, pa.Table]:
    """The batch and the receivers as asked; BHT02 11 says that this is a response."""
    batches = [
        {
            "eligibility_batch_row": row["eligibility_batch_row"],
            "structure_code": "0022",
            "purpose_code": "11",
            "batch_id": row["batch_id"],
            "created_date": today,
            "created_time": "0000",
        }
        for row in inquiry["eligibility_batches"].to_pylist()
    ]
    wanted = ("eligibility_receiver_row", "eligibility_batch_row", "source_role_code", "source_entity_type",
              "source_name", "source_id_qualifier", "source_id", "receiver_role_code", "receiver_entity_type",
              "receiver_name", "receiver_given_name", "receiver_id_qualifier", "receiver_id")  # fmt: skip
    receivers = inquiry["eligibility_receivers"]
    kept = receivers.select([name for name in wanted if name in receivers.column_names])
    return {"eligibility_batches": ragged_table(batches), "eligibility_receivers": kept}
