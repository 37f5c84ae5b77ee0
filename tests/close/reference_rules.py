"""Each requirement as one question about one person's month: part of the plain reference of the close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.close.reference_codes import Option, codes_of_the_month
from tests.close.reference_minutes import Row, Worked

if TYPE_CHECKING:
    from tests.close.reference import PersonMonth

EPOCH = date(1970, 1, 1)
Unmet = tuple[str, str, str]  # slot ("" = the whole care month), rule, verdict


class Question:
    """A care month with the ways to code it and the ways taken, of which requirements are asked."""

    def __init__(self, pm: PersonMonth, service: str, day: int, found: list[Option], taken: list[Option]) -> None:
        self.pm, self.service, self.day, self.found, self.taken = pm, service, day, found, taken
        self.worked = pm.worked.get(service, Worked())
        self.mode = pm.mode(service)

    def asked(self, rule: str) -> Row | None:
        """The requirement, if it is asked of this service on the care month's day."""
        rows = self.pm.rules.on(self.day, "rule_requirements", rule=rule, service=self.service)
        return rows[0] if rows else None


def judge(pm: PersonMonth, service: str, day: int, found: list[Option], taken: list[Option]) -> Iterator[Unmet]:
    """Every requirement of a care month that is not met."""
    question = Question(pm, service, day, found, taken)
    for ask in (
        _code_in_force, _alive, _consent, _conditions, _care_plan, _initiating_visit, _complex, _apcm_level, _hospice,
        _payer, _claims, _rival_practice, _consented_instead, _threshold, _unit_cap, _device_days, _live_contact,
        _transition, _slots, _one_family, _documented_minimum,
    ):  # fmt: skip
        yield from ask(question)


def _code_in_force(q: Question) -> Iterator[Unmet]:
    if q.mode is None or q.mode["mode"] == "not_payable" or not codes_of_the_month(q.pm, q.service):
        yield "", "code-in-force", "no"


def _alive(q: Question) -> Iterator[Unmet]:
    died = q.pm.person["death_date"]
    if q.asked("alive") and died is not None and died < q.pm.clock.first:
        yield "", "alive", "no"
    elif q.asked("alive") and died is not None:
        yield from ((o.slot, "alive", "no") for o in q.taken if o.day > died)


def _consent(q: Question) -> Iterator[Unmet]:
    if not q.pm.consent_given(q.service):
        if q.asked("consent-documented"):
            yield "", "consent-documented", "no"
    elif q.asked("consent-active") and not q.pm.consent_in_force(q.service):
        yield "", "consent-active", "no"


def _conditions(q: Question) -> Iterator[Unmet]:
    for rule in ("two-conditions", "one-condition"):
        asked = q.asked(rule)
        if asked and q.pm.conditions < asked["number"]:
            yield "", rule, "no"


def _care_plan(q: Question) -> Iterator[Unmet]:
    def shared(plan: Row) -> bool:
        given = plan["given_to_patient_on"]
        return given is not None and given <= q.pm.clock.last and not plan["missing_elements"]

    if q.asked("care-plan-shared") and not any(shared(p) for p in q.pm.plans if p["service"] == q.service):
        yield "", "care-plan-shared", "no"


def _initiating_visit(q: Question) -> Iterator[Unmet]:
    asked = q.asked("initiating-visit")
    if not asked:
        return
    start = EPOCH + timedelta(days=q.pm.clock.last)
    if q.pm.consent_given(q.service):
        start = EPOCH + timedelta(days=q.pm.clock.day(min(c["given_at"] for c in q.pm.consents_to(q.service))))
    back = start.year * 12 + start.month - asked["number"]

    def in_time(visit: Row) -> bool:
        seen = EPOCH + timedelta(days=visit["service_date"])
        return (seen.year * 12 + seen.month, seen.day) >= (back, start.day)

    recent = [v for v in q.pm.visits if in_time(v)]
    if any(q.pm.in_set("initiating_" + q.service, v["code"], v["service_date"]) for v in recent):
        return
    since = start.year * 12 + start.month - asked["waived_months"]
    for claim in q.pm.own_claims if asked["waived_months"] else ():
        billed = EPOCH + timedelta(days=claim["service_date"])
        in_the_year = billed <= start and (billed.year * 12 + billed.month, billed.day) >= (since, start.day)
        if in_the_year and q.pm.in_set("continuing_" + q.service, claim["code"], claim["service_date"]):
            return
    yield "", "initiating-visit", "no"
    if recent and q.asked("initiating-visit-type"):
        yield "", "initiating-visit-type", "no"


def _complex(q: Question) -> Iterator[Unmet]:
    codes = [c for c in codes_of_the_month(q.pm, q.service) if c["basis"] == "time" and c["decision_level"]]
    if not codes or not q.asked("complex-decision-making") or q.mode is None or q.mode["mode"] != "individual":
        return
    least = min(c["first_seconds"] for c in codes)
    if len(q.worked.counted) >= least and q.pm.level < min(c["decision_level"] for c in codes):
        yield "", "complex-decision-making", "no" if q.pm.level else "unknown"


def _apcm_level(q: Question) -> Iterator[Unmet]:
    if q.asked("apcm-level") and q.mode is not None and q.pm.conditions >= 2 and q.pm.qmb is None:
        yield "", "apcm-level", "unknown"


def _hospice(q: Question) -> Iterator[Unmet]:
    elected = any(
        s["kind"] == "hospice"
        and s["start_date"] <= q.pm.clock.last
        and (s["end_date"] is None or s["end_date"] >= q.pm.clock.first)
        for s in q.pm.stays
    )
    if elected and q.asked("hospice"):
        yield "", "hospice", "unknown"
    plan = any(
        s["kind"] == "home_health"
        and s["start_date"] <= q.pm.clock.last
        and (s["end_date"] is None or s["end_date"] >= q.pm.clock.first)
        for s in q.pm.stays
    )
    oversight = q.asked("home-health-oversight")
    if plan and oversight and oversight["number"] == 1:
        yield "", "home-health-oversight", "unknown"


def _payer(q: Question) -> Iterator[Unmet]:
    """The one payer that is first by rank on the day; asked only for payers that do not tell codes apart."""
    if not q.asked("payer-accepts"):
        return
    covers = [
        c for c in q.pm.coverage if c["start_date"] <= q.day and (c["end_date"] is None or q.day <= c["end_date"])
    ]
    if not covers:
        yield "", "payer-accepts", "no" if q.pm.coverage else "unknown"
        return
    payer = min(covers, key=lambda c: (c["rank"] or 1, -c["start_date"], c["payer_id"], c["product"]))
    first = {(c["payer_id"], c["product"]) for c in covers if (c["rank"] or 1) == (payer["rank"] or 1)}
    if len(first) > 1:
        yield "", "payer-accepts", "unknown"
        return
    own = q.pm.rules.on(q.day, "rule_payers", payer_id=payer["payer_id"], product=payer["product"])
    kind = q.pm.rules.on(q.day, "rule_payers", payer_id="", product=payer["product"])
    for rows in (own, kind):
        for service in (q.service, ""):
            for row in rows:
                if row["service"] == service and not row["code"]:
                    if row["verdict"] != "yes":
                        yield "", "payer-accepts", row["verdict"]
                    return
    yield "", "payer-accepts", "unknown"


def _claims(q: Question) -> Iterator[Unmet]:
    first, last = q.pm.clock.first, q.pm.clock.last
    for claim in q.pm.claims:
        own = claim["practice_id"] == q.pm.practice["practice_id"]
        scope = "same_practice" if own else "other_practice"
        billed = claim["service_date"]
        left = q.pm.transition.discharge_day if q.pm.transition else billed
        same_transition = q.service == "tcm" and left < billed <= left + 14
        for r in q.pm.rules.on(q.day, "rule_claim_conflicts", service=q.service, scope=scope):
            within = {
                "month": first <= billed <= last,
                "episode": q.day - 29 <= billed <= q.day or same_transition,
                "ever": billed <= q.day,
            }
            if within[r["window"]] and q.pm.in_set(r["code_set"], claim["code"], billed):
                slots = {c["slot"] for c in q.pm.rules.on(billed, "rule_codes", code=claim["code"], service=q.service)}
                for slot in slots if own and slots and r["window"] == "month" else [""]:
                    yield slot, r["rule"], r["verdict"]


def _rival_practice(q: Question) -> Iterator[Unmet]:
    """Another practice of the same facts could bill, of services of which one practice alone is paid."""
    for other in q.pm.elsewhere if q.taken else ():
        for service, o in other.ways_taken():
            needs_consent = q.pm.rules.on(o.day, "rule_requirements", rule="consent-documented", service=service)
            if needs_consent and not other.consent_in_force(service):
                continue
            for mine in q.taken:
                for r in q.pm.rules.on(mine.day, "rule_claim_conflicts", service=q.service, scope="other_practice"):
                    if q.pm.in_set(r["code_set"], o.base, o.day):
                        yield "", r["rule"], "unknown"


def _consented_instead(q: Question) -> Iterator[Unmet]:
    for r in q.pm.rules.on(q.day, "rule_service_conflicts", loser=q.service, when="consented"):
        mode = q.pm.mode(r["winner"])
        payable = mode is not None and mode["mode"] != "not_payable"
        in_force = q.pm.rules.on(q.day, "rule_codes", service=r["winner"], part="base")
        if payable and in_force and q.pm.consent_in_force(r["winner"]):
            yield "", r["rule"], r["verdict"]


def _threshold(q: Question) -> Iterator[Unmet]:
    slots = {c["slot"] for c in codes_of_the_month(q.pm, q.service) if c["basis"] == "time" and not c["under_service"]}
    if q.mode is not None and q.mode["mode"] != "not_payable":
        for slot in slots - {o.slot for o in q.taken if not o.under}:
            yield slot, "threshold-reached", "no"


def _unit_cap(q: Question) -> Iterator[Unmet]:
    for o in q.taken:
        for base in codes_of_the_month(q.pm, q.service):
            if not o.units or base["family"] != o.family or base["code"] != o.base:
                continue
            more = q.pm.rules.on(q.pm.clock.last, "rule_codes", service=q.service, family=o.family, part="add_on")[0]
            seconds = len(q.worked.practitioner if o.practitioner else q.worked.counted)
            over = seconds >= base["first_seconds"] + (more["max_units"] + 1) * more["step_seconds"]
            if o.units == more["max_units"] and over:
                yield o.slot, "unit-cap", "no"


def _device_days(q: Question) -> Iterator[Unmet]:
    codes = [c for c in codes_of_the_month(q.pm, q.service) if c["basis"] == "device_days"]
    if not codes or not q.asked("remote-monitoring-days"):
        return
    if not q.pm.reading_days(q.service):
        yield "device", "remote-monitoring-days", "no"
        return
    for slot, device in {(c["slot"], c["device"]) for c in codes}:
        if q.pm.reading_days(q.service, device) and not any(o.slot == slot for o in q.taken):
            yield slot, "remote-monitoring-days", "no"
    kinds = {c["device"] for c in codes}
    if "" not in kinds and any(
        (d["service"] or "rpm") == q.service and d["device"] not in kinds and q.pm.reading_days(q.service, d["device"])
        for d in q.pm.readings
    ):
        yield "device", "remote-monitoring-days", "unknown"


def _live_contact(q: Question) -> Iterator[Unmet]:
    if q.asked("live-contact") and not q.worked.live and any(o.slot == "time" for o in q.taken):
        yield "time", "live-contact", "no"


def _transition(q: Question) -> Iterator[Unmet]:
    transition, contact = q.pm.transition, q.asked("tcm-contact")
    if contact and transition:
        days = transition.business_days
        if days is None or days > contact["number"]:
            yield "", "tcm-contact", "no"
    if q.asked("tcm-visit") and not q.taken:
        yield "", "tcm-visit", "no"


def _slots(q: Question) -> Iterator[Unmet]:
    """What is asked of each way taken: a price, a base on the day, not billed before, a modifier on the visit."""
    for o in q.taken:
        if o.cents is None:
            yield o.slot, "priced", "unknown"
        same_day = {v["code"] for v in q.pm.visits if v["service_date"] == o.day}
        bases = {r["code"] for r in q.pm.rules.about("rule_code_sets", set_name=o.family + "_base")}
        if bases and not bases & same_day:
            yield o.slot, "add-on-needs-base", "no"
        once = q.pm.rules.on(q.day, "rule_requirements", rule="once-per-start", service=q.service, text=o.base)
        if once and any(c["code"] == o.base and c["service_date"] <= o.day for c in q.pm.own_claims):
            yield o.slot, "once-per-start", "no"
        yield from _pairs_of_one_day(q, o, same_day)


def _pairs_of_one_day(q: Question, o: Option, visits: set[str]) -> Iterator[Unmet]:
    """The national edits: another service of the practice on the line's day of which one is paid, or both with a
    modifier."""
    others = visits | {c["code"] for c in q.pm.own_claims if c["service_date"] == o.day}
    for code, place in ((o.base, o.place), (o.add_on if o.units else "", o.place + " add-on")):
        for r in q.pm.rules.on(o.day, "rule_code_pairs", column1=code):
            if r["column2"] in others - {code}:
                yield o.slot, "modifier-needed", "no"
        for r in q.pm.rules.on(o.day, "rule_code_pairs", column2=code):
            if r["column1"] in others - {code}:
                yield (o.slot, "modifier-needed", "no") if r["modifier_allowed"] else (place, "duplicate-claim", "no")


def _one_family(q: Question) -> Iterator[Unmet]:
    mixed = len(q.worked.counted) > len(q.worked.practitioner)
    for o in q.taken:
        rivals = [x for x in q.found if (x.slot, x.under) == (o.slot, o.under) and x.practitioner != o.practitioner]
        billed = {
            r["family"]
            for c in q.pm.own_claims
            if q.pm.clock.first <= c["service_date"] <= q.pm.clock.last
            for r in q.pm.rules.on(c["service_date"], "rule_codes", code=c["code"], service=q.service, slot=o.slot)
        }
        if (mixed and rivals) or billed - {o.family}:
            for rule in ("one-family", "pcm-performer"):
                if q.asked(rule):
                    yield o.slot, rule, "no"


def _documented_minimum(q: Question) -> Iterator[Unmet]:
    """Set-up has its days with a reading; a review of data has minutes of the practitioner that nothing else bills."""
    codes = {c["code"]: c for c in codes_of_the_month(q.pm, q.service)}
    billed = 0
    for o in q.taken:
        if codes.get(o.base, {}).get("basis") == "time" and not o.under:
            steps = q.pm.rules.on(q.pm.clock.last, "rule_codes", service=q.service, family=o.family, part="add_on")
            billed += codes[o.base]["first_seconds"] + sum(o.units * c["step_seconds"] for c in steps)
    for o in q.taken:
        code = codes.get(o.base, {})
        if code.get("basis") != "documented":
            continue
        days: dict[str, set[int]] = defaultdict(set)
        died = q.pm.person["death_date"]
        until = o.day + 29 if died is None else min(o.day + 29, died)
        for d in q.pm.readings:
            if (d["service"] or "rpm") == q.service and q.pm.clock.first <= d["reading_date"] <= until:
                days[d["device"]].add(d["reading_date"])
        if max([len(of) for of in days.values()], default=0) < code["min_days"]:
            yield o.slot, "remote-monitoring-days", "no"
        left = min(len(q.worked.practitioner), len(q.worked.counted) - billed)
        if left < code["first_seconds"]:
            yield o.slot, "threshold-reached", "no"
