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
from caremonth.kernel.fhir.elements import codings, day, first_code, reference, seconds
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
            "Encounter": self._encounter,
            "Procedure": self._procedure,
            "Condition": self._condition,
            "Coverage": self._coverage,
            "CarePlan": self._care_plan,
            "Consent": self._consent,
        }

    def read(self, resource: Resource, identity: str) -> None:
        """Add the rows of one resource, known as `identity`."""
        reader = self.readers.get(resource["resourceType"])
        if reader is None:
            self._left_out(resource["resourceType"], "resource", "", "no table of the contract is made from it")
        else:
            reader(resource, identity)

    def _left_out(self, kind: str, what: str, value: object, why: str) -> None:
        self.notes[kind, what, str(value or ""), "left out", why] += 1

    def _unreadable(self, kind: str, what: str, value: object, why: str) -> None:
        self.notes[kind, what, str(value or ""), "unreadable", why] += 1

    def _day(self, kind: str, what: str, text: Any) -> int | None:
        """A day, or null and a note when the text is there and is none."""
        found = day(text, self.zone)
        if text and found is None:
            self._left_out(kind, what, text, "less than a whole day, or not a date")
        return found

    def _patient(self, resource: Resource, identity: str) -> None:
        name = _official(resource.get("name"))
        home = (resource.get("address") or [{}])[0]
        sex = {"female": "F", "male": "M"}.get(resource.get("gender") or "", "U")
        speaks = next((first_code(c.get("language")) for c in resource.get("communication") or []), None)
        self.add(
            "source_people",
            (
                identity, name.get("family"), " ".join(name.get("given") or []) or None,
                self._day("Patient", "birthDate", resource.get("birthDate")), sex,
                self._day("Patient", "deceasedDateTime", resource.get("deceasedDateTime")),
                " ".join(home.get("line") or []) or None, home.get("city"), home.get("state"), home.get("postalCode"),
                None, speaks,
            ),
        )  # fmt: skip
        if resource.get("deceasedBoolean"):
            self._unreadable("Patient", "deceasedBoolean", identity, "dead, but the source does not hold the day")

    def _organization(self, resource: Resource, identity: str) -> None:
        npi = _npi(resource)
        self.add("source_organizations", (identity, resource.get("name"), npi, npi_holds(npi)))
        self._identifiers(resource, identity)

    def _practitioner(self, resource: Resource, identity: str) -> None:
        name, npi = _official(resource.get("name")), _npi(resource)
        called = " ".join([*(name.get("given") or []), name.get("family") or ""]).strip()
        self.add("source_providers", (identity, called or None, npi, npi_holds(npi)))
        self._identifiers(resource, identity)

    def _identifiers(self, resource: Resource, identity: str) -> None:
        for named in resource.get("identifier") or []:
            if named.get("value"):
                self.add("aliases", (f"?{named.get('system', '')}|{named['value']}", identity))

    def _encounter(self, resource: Resource, identity: str) -> None:
        status = resource.get("status")
        if status not in CODES["encounter_status"]:
            self._left_out("Encounter", "status", status, "it did not take place, or not yet")
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
        performer = next(
            (reference(p["individual"]) for p in resource.get("participant") or [] if p.get("individual")), None
        )
        self.add(
            "source_encounters",
            (
                identity, reference(resource.get("subject")), reference(resource.get("serviceProvider")), performer,
                kind, code, label, billed if kind in ("ambulatory", "wellness") else None,
                self._day("Encounter", "period.start", period.get("start")),
                self._day("Encounter", "period.end", period.get("end")),
            ),
        )  # fmt: skip

    def _procedure(self, resource: Resource, identity: str) -> None:
        """A procedure with a billed code is a service of its encounter's organization."""
        billed = [code for system, code, _ in codings(resource.get("code")) if system in CODES["billed_code_systems"]]
        if not billed or resource.get("status") not in CODES["procedure_status"]:
            self._left_out("Procedure", "resource", "", "without a billed code (CPT, HCPCS), or not done")
            return
        when = resource.get("performedDateTime") or (resource.get("performedPeriod") or {}).get("start")
        performer = next((reference(p.get("actor")) for p in resource.get("performer") or []), None)
        self.add(
            "source_procedures",
            (
                identity, reference(resource.get("subject")), reference(resource.get("encounter")), performer,
                billed[0], self._day("Procedure", "performed", when),
            ),
        )  # fmt: skip

    def _condition(self, resource: Resource, identity: str) -> None:
        status = first_code(resource.get("clinicalStatus"))
        doubt = first_code(resource.get("verificationStatus"))
        named = [(CODES["code_systems"].get(s), code, label) for s, code, label in codings(resource.get("code"))]
        # ICD-10-CM means the same in small letters; the contract has it in capitals
        known = [(s, code.upper() if s == "icd10cm" else code, label) for s, code, label in named]
        coded = sorted((c for c in known if c[0]), key=lambda c: c[0] != "icd10cm")  # ICD-10-CM says it for billing
        onset = resource.get("onsetDateTime") or (resource.get("onsetPeriod") or {}).get("start")
        over = resource.get("abatementDateTime") or (resource.get("abatementPeriod") or {}).get("end")
        if doubt in CODES["condition_not_so"]:
            self._left_out("Condition", "verificationStatus", doubt, "the person does not have it")
        elif not coded:
            self._left_out("Condition", "code", resource.get("id"), "coded neither in ICD-10-CM nor in SNOMED CT")
        elif status in CODES["condition_over"] and day(over, self.zone) is None:
            self._left_out("Condition", "clinicalStatus", status, "over, on a day that the source does not hold")
        else:
            system, code, label = coded[0]
            self.add(
                "source_conditions",
                (
                    reference(resource.get("subject")), system, code, label,
                    self._day("Condition", "onset", onset), self._day("Condition", "abatement", over), False,
                ),
            )  # fmt: skip

    def _coverage(self, resource: Resource, identity: str) -> None:
        if resource.get("status") not in ("active", "cancelled"):
            self._left_out("Coverage", "status", resource.get("status"), "not a coverage that held")
            return
        period = resource.get("period") or {}
        start = self._day("Coverage", "period.start", period.get("start"))
        if start is None:
            self._unreadable("Coverage", "period.start", identity, "without its first day it covers no month")
            return
        payor = (resource.get("payor") or [{}])[0]
        typology = next((c for _, c, _ in codings(resource.get("type")) if c.isdigit()), "")
        named = next((CODES["payment_typology"].get(typology[:size]) for size in (2, 1) if typology[:size] in
                      CODES["payment_typology"]), None)  # fmt: skip
        self.add(
            "source_coverage_of",
            (
                reference(resource.get("beneficiary")), named or payor.get("display"), reference(payor),
                resource.get("subscriberId"), start, self._day("Coverage", "period.end", period.get("end")),
            ),
        )  # fmt: skip

    def _care_plan(self, resource: Resource, identity: str) -> None:
        if resource.get("status") not in CODES["care_plan_status"]:
            self._left_out("CarePlan", "status", resource.get("status"), "not a plan that held")
            return
        period = resource.get("period") or {}
        start = self._day("CarePlan", "period.start", period.get("start") or resource.get("created"))
        end = self._day("CarePlan", "period.end", period.get("end"))
        if end is None and resource.get("status") in ("completed", "revoked"):
            end = start  # over, on a day that is not known: it is in force on none that is
        _, code, label = next(iter(codings(resource.get("category"))), ("", None, None))
        self.add("source_care_plans", (reference(resource.get("subject")), code, label, start, end))

    def _consent(self, resource: Resource, identity: str) -> None:
        provision = resource.get("provision") or {}
        words = [word.lower() for _, code, label in codings([*(resource.get("category") or []),
                 *(provision.get("code") or [])]) for word in (code, label)]  # fmt: skip
        words += [c["text"].lower() for c in resource.get("category") or [] if c.get("text")]
        services = sorted({CODES["consent_services"][word] for word in words if word in CODES["consent_services"]})
        given = seconds(resource.get("dateTime"))
        if not services:
            self._left_out("Consent", "category", "; ".join(words), "not a consent to a service of the contract")
        elif given is None:
            self._unreadable("Consent", "dateTime", resource.get("dateTime"), "without its moment it opens no month")
        elif resource.get("status") not in ("active", "inactive"):
            self._left_out("Consent", "status", resource.get("status"), "not a consent that was given")
        else:
            ended = seconds((provision.get("period") or {}).get("end"))
            if resource["status"] == "inactive" and ended is None:
                self._unreadable("Consent", "provision.period.end", identity, "revoked, at a moment not in the source")
                return
            for service in services:
                self.add("source_consents", (reference(resource.get("patient")), service, given, None, ended))


def _official(names: Any) -> dict[str, Any]:
    listed: list[dict[str, Any]] = names or [{}]
    return next((n for n in listed if n.get("use") == "official"), listed[0])


def _npi(resource: Resource) -> str | None:
    return next(
        (i.get("value") for i in resource.get("identifier") or [] if i.get("system") == CODES["npi_system"]), None
    )
