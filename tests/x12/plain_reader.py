"""A slow, plain reader to hold the real one against: split, then a loop over segments. It shares no code with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

ALONE = {"834": "005010X220", "835": "005010X221"}


@dataclass
class Plain:
    """What a person would count: by list, in the order of the file. Money in cents."""

    transactions: int = 0
    claims: list[dict[str, Any]] = field(default_factory=list)
    payment_claims: list[dict[str, Any]] = field(default_factory=list)
    provider_adjustments: list[tuple[str, int]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    unread: int = 0  # segments of transactions that no grammar reads

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [line for claim in self.claims for line in claim["lines"]]

    @property
    def payment_lines(self) -> list[dict[str, Any]]:
        return [line for claim in self.payment_claims for line in claim["lines"]]


def cents(text: str) -> int | None:
    try:
        return int(Decimal(text.strip()) * 100)
    except InvalidOperation:
        return None


def segments(data: bytes) -> list[list[str]]:
    """Every segment as its elements; a component separator is turned into U+0001."""
    text = data.decode("latin-1").lstrip("\xef\xbb\xbf \r\n\t")
    found: list[list[str]] = []
    while text.startswith("ISA"):
        mark = text[3:].lstrip(" ")[0]
        parts = text.split(mark, 16)
        if all(text[i : i + 1] == mark for i in (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)):
            component, terminator = text[104], text[105]
        else:
            component, terminator = parts[16][0], parts[16][1]
        rest = []
        for i, piece in enumerate(text.split(terminator)):
            piece = piece.lstrip(" \r\n\t")
            if i and piece[:3] == "ISA" and len(piece) > 3 and not piece[3].isalnum():
                break
            if piece.strip():
                rest.append(piece)
        else:
            i = -1
        for piece in rest:
            elements = piece.split(mark)
            found.append([elements[0].strip(), *(e.replace(component, "\x01") for e in elements[1:])])
        if i < 0:
            return found
        text = terminator.join(text.split(terminator)[i:]).lstrip(" \r\n\t")
    return found


def get(segment: list[str], element: int, component: int = 0) -> str:
    value = segment[element] if element < len(segment) else ""
    if component:
        parts = value.split("\x01")
        value = parts[component - 1] if component <= len(parts) else ""
    return value


def read_plainly(data: bytes) -> Plain:
    """Count and collect 837, 835 and 834 content of the versions that the product has a grammar for."""
    result = Plain()
    version, kind = "", ""
    billing, member, patient = "", "", ""
    claim: dict[str, Any] = {}
    for s in segments(data):
        id_ = s[0]
        if id_ == "GS":
            version = get(s, 8)
        elif id_ == "ST":
            result.transactions += 1
            own = get(s, 3) or version
            kind = get(s, 1) if own.startswith("005010") else ""
            billing = member = patient = ""
            claim = {}
        elif id_ in ("SE", "GE", "IEA"):
            kind = ""
        elif kind == "837":
            if id_ == "HL":
                claim = {}
                if get(s, 3) == "22":
                    member = patient = ""
            elif id_ == "NM1" and not claim:
                if get(s, 1) == "85":
                    billing = get(s, 9)
                elif get(s, 1) == "IL":
                    member = get(s, 9)
                elif get(s, 1) == "QC":
                    patient = get(s, 4)
            elif id_ == "CLM":
                claim = {
                    "claim_id": get(s, 1), "charge_cents": cents(get(s, 2)), "facility_code": get(s, 5, 1),
                    "billing_npi": billing, "member_id": member, "patient_given_name": patient,
                    "diagnoses": [], "lines": [],
                }  # fmt: skip
                result.claims.append(claim)
            elif (
                id_ == "HI"
                and claim
                and get(s, 1, 1) in ("ABK", "BK", "ABF", "BF", "ABJ", "BJ", "APR", "PR", "ABN", "BN")
            ):
                claim["diagnoses"] += [get(s, i, 2) for i in range(1, len(s)) if s[i]]
            elif id_ == "LX" and claim:
                claim["lines"].append({"code": None, "charge_cents": None})
            elif id_ in ("SV1", "SV2") and claim and claim["lines"]:
                line, where = claim["lines"][-1], 1 if id_ == "SV1" else 2
                if line["code"] is None:
                    line["code"], line["charge_cents"] = get(s, where, 2), cents(get(s, where + 1))
        elif kind == "835":
            if id_ == "CLP":
                claim = {"claim_id": get(s, 1), "paid_cents": cents(get(s, 4)), "lines": [], "adjustments": []}
                result.payment_claims.append(claim)
            elif id_ == "SVC" and claim:
                claim["lines"].append({"code": get(s, 1, 2), "paid_cents": cents(get(s, 3))})
            elif id_ == "CAS" and claim:
                for i in range(2, len(s), 3):
                    if any(s[i : i + 3]):
                        claim["adjustments"].append((get(s, 1), get(s, i), cents(get(s, i + 1))))
            elif id_ == "PLB":
                for i in range(3, len(s), 2):
                    if any(s[i : i + 2]):
                        result.provider_adjustments.append((get(s, i, 1), cents(get(s, i + 1)) or 0))
        elif kind == "834":
            if id_ == "INS":
                result.members.append({"subscriber_id": "", "coverages": 0})
            elif result.members and id_ == "REF" and get(s, 1) == "0F" and not result.members[-1]["subscriber_id"]:
                result.members[-1]["subscriber_id"] = get(s, 2)
            elif result.members and id_ == "HD":
                result.members[-1]["coverages"] += 1
        elif kind == "":
            result.unread += 1
    return result
