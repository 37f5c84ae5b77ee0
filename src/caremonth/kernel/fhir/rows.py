"""One FHIR R4 resource → rows of the staged source tables. What is not understood is noted, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from caremonth.kernel.facts.imports.report import Outcome
from caremonth.kernel.facts.npi import npi_holds
from caremonth.kernel.fhir.elements import codings, day, days, first_code, midnight, reference, seconds
from caremonth.kernel.fhir.files import Resource

CODES: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("codes.yaml").read_text(encoding="utf-8"))

Add = Callable[[str, tuple[object, ...]], None]


class Rows:
    """Turns resources into rows, which it hands to `add(table, row)`."""

    def __init__(self, add: Add, time_zone: str) -> None:
        self.add, self.zone = add, ZoneInfo(time_zone)
        self.notes: Counter[tuple[str, str, str, Outcome, str]] = Counter()
        self.readers: dict[str, Callable[[Resource, str], None]] = {
            "Patient": self._patient,
            "Organization": self._organization,
            "Practitioner": self._practitioner,
            "PractitionerRole": self._practitioner_role,
            "Encounter": self._encounter,
            "Procedure": self._procedure,
            "Condition": self._condition,
            "Coverage": self._coverage,
            "CarePlan": self._care_plan,
            "Consent": self._consent,
        }

    def read(self, resource: Resource, identity: str) -> None:
        """Add the rows of one resource, known as `identity`."""
        kind = resource["resourceType"]
        reader = self.readers.get(kind)
        version, foreign = _of_another_version(resource)
        if reader is None:
            self._left_out(kind, "resource", "", "no table of the contract is made from it")
        elif version:
            self._unreadable(kind, ", ".join(foreign), version, "written as that version does; export it as FHIR R4")
        elif resource.get("modifierExtension"):
            urls = [str(extension.get("url")) for extension in resource["modifierExtension"]]
            why = "it changes what the record means, in a way that is not known here"
            self._unreadable(kind, "modifierExtension", "; ".join(urls), why)
        else:
            reader(resource, identity)

    def _left_out(self, kind: str, what: str, value: object, why: str) -> None:
        self.notes[kind, what, str(value or ""), "left out", why] += 1

    def _unreadable(self, kind: str, what: str, value: object, why: str) -> None:
        self.notes[kind, what, str(value or ""), "unreadable", why] += 1

    def _assumed(self, kind: str, what: str, value: object, why: str) -> None:
        self.notes[kind, what, str(value or ""), "assumed", why] += 1

    def _day(self, kind: str, what: str, text: Any) -> int | None:
        """A day, or null and a note when the text is there and is none."""
        found = day(text, self.zone)
        if text and found is None:
            if days(text, self.zone):
                self._left_out(kind, what, text, "less than a whole day")
            else:
                self._unreadable(kind, what, text, "not a date, or a time without its offset")
        return found

    def _first(self, kind: str, what: str, text: Any) -> int | None:
        """The first day that a date may mean, with a note where it may mean others."""
        return self._edge(kind, what, text, 0, "only the year or month is there: taken as its first day")

    def _last(self, kind: str, what: str, text: Any) -> int | None:
        """The last day that a date may mean, with a note where it may mean others."""
        return self._edge(kind, what, text, 1, "only the year or month is there: taken as its last day")

    def _edge(self, kind: str, what: str, text: Any, edge: int, why: str) -> int | None:
        found = days(text, self.zone)
        if found is None:
            return self._day(kind, what, text)
        if found[0] != found[1]:
            self._assumed(kind, what, text, why)
        return found[edge]

    def _patient(self, resource: Resource, identity: str) -> None:
        replacing = [link for link in resource.get("link") or [] if link.get("type") == "replaced-by"]
        if replacing:
            self.add("aliases", ("Patient", identity, reference(replacing[0].get("other"))))
            self._left_out("Patient", "link", identity, "replaced by another record, to which what is about it belongs")
            return
        self._identifiers("Patient", resource, identity)
        died = resource.get("deceasedDateTime")
        if (resource.get("deceasedBoolean") or died) and days(died, self.zone) is None:
            self._unreadable("Patient", "deceased", died or identity, "dead on a day that the source does not hold")
            return
        name = _current(resource.get("name"), ("official", "usual"))
        home = _current(resource.get("address"), ("home",))
        born = resource.get("birthDate")
        speaks = next((first_code(c.get("language")) for c in resource.get("communication") or []), None)
        self.add(
            "source_people",
            (
                identity, name.get("family"), " ".join(name.get("given") or []) or None,
                # a birth date is a day wherever the person is; a time of the day, which is no part of it, moves it not
                self._day("Patient", "birthDate", born[:10] if isinstance(born, str) else born),
                {"female": "F", "male": "M"}.get(str(resource.get("gender")).lower(), "U"),
                self._first("Patient", "deceasedDateTime", died),
                " ".join(home.get("line") or []) or None, home.get("city"), home.get("state"), home.get("postalCode"),
                None, speaks,
            ),
        )  # fmt: skip

    def _organization(self, resource: Resource, identity: str) -> None:
        npi = _npi(resource)
        self.add("source_organizations", (identity, resource.get("name"), npi, npi_holds(npi)))
        self._identifiers("Organization", resource, identity)

    def _practitioner(self, resource: Resource, identity: str) -> None:
        name, npi = _current(resource.get("name"), ("official", "usual")), _npi(resource)
        called = " ".join([*(name.get("given") or []), name.get("family") or ""]).strip()
        self.add("source_providers", (identity, called or None, npi, npi_holds(npi)))
        self._identifiers("Practitioner", resource, identity)

    def _practitioner_role(self, resource: Resource, identity: str) -> None:
        who = reference(resource.get("practitioner"))
        if who is None:
            self._left_out("PractitionerRole", "practitioner", identity, "a role of nobody")
        else:
            self.add("aliases", ("Practitioner", f"?PractitionerRole|{identity}", who))

    def _identifiers(self, kind: str, resource: Resource, identity: str) -> None:
        for named in resource.get("identifier") or []:
            if named.get("value"):
                self.add("aliases", (kind, f"?{named.get('system', '')}|{named['value']}", identity))

    def _encounter(self, resource: Resource, identity: str) -> None:
        status = resource.get("status")
        if status in CODES["encounter_not_so"]:
            self._left_out("Encounter", "status", status, "it did not take place, or not yet")
            return
        if status not in CODES["encounter_status"]:
            self._unreadable("Encounter", "status", status, "not a status that FHIR R4 gives an encounter")
            return
        types = codings(resource.get("type"))
        billed = next((code for system, code, _ in types if system in CODES["billed_code_systems"]), None)
        _, code, label = next(iter(types), ("", None, None))
        class_code = (resource.get("class") or {}).get("code")
        kind = CODES["encounter_types"].get(code) or CODES["encounter_classes"].get(class_code)
        if kind is None:
            self._left_out("Encounter", "class", class_code, "a class of encounter that is not known here")
            return
        period = resource.get("period") or {}
        taking_part = [p.get("individual") for p in resource.get("participant") or []]
        self.add(
            "source_encounters",
            (
                identity, reference(resource.get("subject")), reference(resource.get("serviceProvider")),
                _practitioner_in(taking_part), kind, code, label,
                billed if kind in ("ambulatory", "wellness") else None,
                self._day("Encounter", "period.start", period.get("start")),
                self._last("Encounter", "period.end", period.get("end")),
            ),
        )  # fmt: skip

    def _procedure(self, resource: Resource, identity: str) -> None:
        """A procedure with a billed code is a service of its encounter's organization."""
        billed = [code for system, code, _ in codings(resource.get("code")) if system in CODES["billed_code_systems"]]
        if not billed or resource.get("status") not in CODES["procedure_status"]:
            self._left_out("Procedure", "resource", "", "without a billed code (CPT, HCPCS), or not done")
            return
        when = resource.get("performedDateTime") or (resource.get("performedPeriod") or {}).get("start")
        performer = _practitioner_in([p.get("actor") for p in resource.get("performer") or []])
        self.add(
            "source_procedures",
            (
                identity, reference(resource.get("subject")), reference(resource.get("encounter")), performer,
                billed[0], self._day("Procedure", "performed", when),
            ),
        )  # fmt: skip

    def _condition(self, resource: Resource, identity: str) -> None:
        status = _status(resource.get("clinicalStatus"))
        doubt = _status(resource.get("verificationStatus"))
        named = [(CODES["code_systems"].get(s), code, label) for s, code, label in codings(resource.get("code"))]
        # ICD-10-CM means the same in small letters; the contract has it in capitals
        known = [(s, code.upper() if s == "icd10cm" else code, label) for s, code, label in named]
        coded = sorted((c for c in known if c[0]), key=lambda c: c[0] != "icd10cm")  # ICD-10-CM says it for billing
        over = resource.get("abatementDateTime") or (resource.get("abatementPeriod") or {}).get("end")
        ended = status in CODES["condition_over"] or _has_ended(resource)
        if doubt in CODES["condition_not_so"]:
            self._left_out("Condition", "verificationStatus", doubt, "the person does not have it, or may not")
        elif not coded:
            said = next((f"{system} {code}" for system, code, _ in codings(resource.get("code"))), None)
            self._left_out(
                "Condition",
                "code",
                said or (resource.get("code") or {}).get("text"),
                "coded neither in ICD-10-CM nor in SNOMED CT",
            )
        elif ended and over and days(over, self.zone) is None:
            self._unreadable("Condition", "abatement", over, "over, on a day that cannot be read")
        elif ended and not over:
            self._left_out("Condition", "clinicalStatus", status, "over, on a day that the source does not hold")
        else:
            system, code, label = coded[0]
            if isinstance(resource.get("clinicalStatus"), str):
                self._assumed("Condition", "clinicalStatus", "", "written as FHIR before R4 does: read as the same")
            self.add(
                "source_conditions",
                (
                    reference(resource.get("subject")), system, code, label,
                    self._onset(resource), self._first("Condition", "abatement", over), False,
                ),
            )  # fmt: skip

    def _onset(self, condition: Resource) -> int | None:
        """The first day that is known of a condition: it was there on the day on which it was recorded."""
        onset = condition.get("onsetDateTime") or (condition.get("onsetPeriod") or {}).get("start")
        if not onset and condition.get("recordedDate"):
            onset = condition["recordedDate"]
            self._assumed("Condition", "onset", "", "the day on which it was recorded is the first that is known")
        return self._last("Condition", "onset", onset)

    def _coverage(self, resource: Resource, identity: str) -> None:
        if resource.get("status") not in ("active", "cancelled"):
            self._left_out("Coverage", "status", resource.get("status"), "not a coverage that held")
            return
        period = resource.get("period") or {}
        start = self._last("Coverage", "period.start", period.get("start"))
        end = self._last("Coverage", "period.end", period.get("end"))
        if start is None:
            self._unreadable("Coverage", "period.start", identity, "without its first day it covers no month")
            return
        if period.get("end") and end is None:
            return  # noted: a coverage that ended is never one that goes on
        payor = (resource.get("payor") or [{}])[0]
        placed, named = _payer_by_code(resource)
        if placed and named is None:
            self._left_out("Coverage", "type or class", placed, "it pays for no visit, or does not say who does")
            return
        self.add(
            "source_coverage_of",
            (
                reference(resource.get("beneficiary")), named or payor.get("display"), reference(payor),
                resource.get("subscriberId"), start, end,
            ),
        )  # fmt: skip

    def _care_plan(self, resource: Resource, identity: str) -> None:
        if resource.get("status") not in CODES["care_plan_status"]:
            self._left_out("CarePlan", "status", resource.get("status"), "not a plan that held")
            return
        if resource.get("intent") in CODES["care_plan_intent_not_so"]:
            self._left_out("CarePlan", "intent", resource.get("intent"), "not a plan yet")
            return
        period = resource.get("period") or {}
        start = self._last("CarePlan", "period.start", period.get("start") or resource.get("created"))
        end = self._last("CarePlan", "period.end", period.get("end"))
        if start is None:
            self._left_out("CarePlan", "period.start", "", "the day on which it was established is not in the source")
            return
        if end is None and (period.get("end") or resource.get("status") in ("completed", "revoked")):
            end = start  # over, on a day that is not known: it is in force on none that is
        _, code, label = next(iter(codings(resource.get("category"))), ("", None, None))
        self.add("source_care_plans", (reference(resource.get("subject")), code, label, start, end))

    def _consent(self, resource: Resource, identity: str) -> None:
        provision = resource.get("provision") or {}
        words = [word.lower() for _, code, label in codings([*(resource.get("category") or []),
                 *(provision.get("code") or [])]) for word in (code, label)]  # fmt: skip
        words += [c["text"].lower() for c in resource.get("category") or [] if c.get("text")]
        services = sorted({CODES["consent_services"][word] for word in words if word in CODES["consent_services"]})
        period = provision.get("period") or {}
        if not services:
            self._left_out("Consent", "category", "; ".join(words), "not a consent to a service of the contract")
        elif resource.get("status") not in ("active", "inactive"):
            self._left_out("Consent", "status", resource.get("status"), "not a consent that was given")
        elif "deny" in (provision.get("type"), *(p.get("type") for p in provision.get("provision") or [])):
            self._left_out("Consent", "provision.type", "deny", "it forbids, or forbids a part")
        elif resource["status"] == "inactive" and not period.get("end"):
            self._unreadable("Consent", "provision.period.end", identity, "revoked, at a moment not in the source")
        else:
            given = self._given(resource.get("dateTime"))
            begins = self._moment("provision.period.start", period.get("start"), 0)
            ended = self._moment("provision.period.end", period.get("end"), 1)
            unread = (period.get("start") and begins is None) or (period.get("end") and ended is None)
            if given is not None and not unread:
                for service in services:
                    row = (reference(resource.get("patient")), service, max(given, begins or given), None, ended)
                    self.add("source_consents", row)

    def _given(self, text: Any) -> int | None:
        """When a consent was given: never before it was, so a day alone stands for its end."""
        given, on = seconds(text), day(text, self.zone)
        if given is not None:
            return given
        if on is None:
            self._unreadable("Consent", "dateTime", text, "without its moment it opens no month")
            return None
        self._assumed("Consent", "dateTime", "", "the day is there and not the moment: taken as given when it was over")
        return midnight(on + 1, self.zone)

    def _moment(self, what: str, text: Any, end: int) -> int | None:
        """The moment at which a period begins or is over: one that ends on a day, or in a month, holds all of it."""
        exact, found = seconds(text), days(text, self.zone)
        if exact is not None or not text:
            return exact
        if found is None:
            self._unreadable("Consent", what, text, "not a date, or a time without its offset")
            return None
        return midnight(found[end] + end, self.zone)


def _payer_by_code(coverage: Resource) -> tuple[str, str | None]:
    """The code of a coverage that says who pays, and the payer; null where it pays for no visit. No code: nothing is
    known from codes."""
    parts: dict[str, str | None] = CODES["medicare_parts"]
    for kind in coverage.get("class") or []:
        if str(kind.get("value")).lower() in parts:
            return kind["value"], parts[kind["value"].lower()]
    sources: dict[str, str | None] = CODES["payment_typology"]
    for _, code, _ in codings(coverage.get("type")):
        if code in CODES["coverage_not_so"]:
            return code, None
        digits = next((code[:size] for size in (3, 2, 1) if code.isdigit() and code[:size] in sources), None)
        if digits:
            return code, sources[digits]
    return "", None


def _has_ended(condition: Resource) -> bool:
    """Whether anything says that a condition is over: an age, a range, a text, a period with its end."""
    period = condition.get("abatementPeriod") or {}
    others = (name for name in condition if name.startswith("abatement") and name != "abatementPeriod")
    return bool(period.get("end")) or any(condition[name] not in (None, False, "") for name in others)


def _of_another_version(resource: Resource) -> tuple[str, list[str]]:
    """The version of FHIR that has elements of a resource which R4 does not have, and those elements."""
    for version, kinds in CODES["other_versions"].items():
        foreign = [name for name in kinds.get(resource["resourceType"], ()) if name in resource]
        if foreign:
            return version, foreign
    return "", []


def _current(listed: Any, uses: tuple[str, ...]) -> dict[str, Any]:
    """Of several names or addresses the one of the first use that there is; else one that is not of the past."""
    elements: list[dict[str, Any]] = listed or [{}]
    chosen = [element for use in uses for element in elements if element.get("use") == use]
    chosen += [element for element in elements if element.get("use") not in ("old", "maiden", "temp", "billing")]
    return (chosen + elements)[0]


def _practitioner_in(elements: list[Any]) -> str | None:
    """The first of those who took part who is no relative, device or patient."""
    others = ("RelatedPerson/", "Patient/", "Device/", "Organization/")
    named = [e for e in elements if isinstance(e, dict) and not any(o in str(e.get("reference")) for o in others)]
    return next((found for found in map(reference, named) if found), None)


def _status(element: Any) -> str | None:
    """The code of a status; versions of FHIR before R4 write it without a code system."""
    return element if isinstance(element, str) else first_code(element)


def _npi(resource: Resource) -> str | None:
    return next(
        (i.get("value") for i in resource.get("identifier") or [] if i.get("system") == CODES["npi_system"]), None
    )
