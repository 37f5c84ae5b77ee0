"""How a care month may be coded, and which way is taken, for one person and service: part of the plain reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.close.reference_minutes import Row, Worked
from tests.close.reference_prices import allowed_cents

if TYPE_CHECKING:
    from tests.close.reference import PersonMonth


@dataclass
class Option:
    """One lawful way to code one slot: its codes, units, the day it is dated and what each unit is allowed."""

    slot: str
    family: str
    rank: int
    practitioner: bool
    under: str
    base: str
    add_on: str
    units: int
    day: int
    base_cents: int | None
    add_on_cents: int | None

    @property
    def place(self) -> str:
        """The slot, told apart from the one of a code that stands alone."""
        return self.slot + (" under " + self.under if self.under else "")

    @property
    def cents(self) -> int | None:
        """What the whole way is allowed, if every code of it has an amount."""
        if self.base_cents is None or (self.units and self.add_on_cents is None):
            return None
        return self.base_cents + self.units * (self.add_on_cents or 0)


def options(pm: PersonMonth, service: str) -> list[Option]:
    """Every lawful way to code a service's slots."""
    mode = pm.mode(service)
    worked = pm.worked.get(service, Worked())
    if mode is None or mode["mode"] == "not_payable":
        return []
    if mode["mode"] == "bundled":
        needed = mode["later_seconds"] if pm.billed_before(service) else mode["seconds"]
        seconds = sorted(worked.counted)
        if len(seconds) < needed:
            return []
        day = pm.clock.day(seconds[needed - 1])
        return [Option("time", "bundled", 1, False, "", mode["code"], "", 0, day, _cents(pm, mode["code"], day), None)]
    found = []
    for code in codes_of_the_month(pm, service):
        earned = EARNED_BY[code["basis"]](pm, service, code, worked)
        if earned and code["from_day"] <= earned[0] <= code["to_day"]:
            day, units, add_on = earned
            prices = _cents(pm, code["code"], day), _cents(pm, add_on, day)
            is_practitioner = code["performer"] == "practitioner"
            place = code["slot"], code["family"], code["family_rank"], is_practitioner, code["under_service"]
            found.append(Option(*place, code["code"], add_on, units, day, *prices))
    return found


def codes_of_the_month(pm: PersonMonth, service: str) -> list[Row]:
    """Base codes of a service in force on any day of the month."""
    rows = pm.rules.about("rule_codes", service=service, part="base")
    return [r for r in rows if r["from_day"] <= pm.clock.last and r["to_day"] >= pm.clock.first]


Earned = tuple[int, int, str] | None  # the day, the units of the add-on, the add-on


def _by_time(pm: PersonMonth, service: str, code: Row, worked: Worked) -> Earned:
    seconds = worked.practitioner if code["performer"] == "practitioner" else sorted(worked.counted)
    if not seconds or len(seconds) < code["first_seconds"] or pm.level < code["decision_level"]:
        return None
    if not _conditions_and_month(pm, service, code):
        return None
    units, step, add_on = 0, 0, ""
    for more in pm.rules.on(pm.clock.last, "rule_codes", service=service, family=code["family"], part="add_on"):
        add_on, step = more["code"], more["step_seconds"]
        units = min(more["max_units"], (len(seconds) - code["first_seconds"]) // step)
    last_second = seconds[code["first_seconds"] + units * step - 1]
    return pm.clock.day(last_second), units, add_on


def _by_month(pm: PersonMonth, service: str, code: Row, worked: Worked) -> Earned:
    beneficiary = code["qmb"] in ("any", "yes" if pm.qmb else "no")
    documented = not code["under_service"] or bool(worked.counted)
    if not beneficiary or not documented or not _conditions_and_month(pm, service, code):
        return None
    if pm.last_day_of_life_or_month < pm.clock.first:
        return None
    return pm.last_day_of_life_or_month, 0, ""


def _conditions_and_month(pm: PersonMonth, service: str, code: Row) -> bool:
    which = "later" if pm.billed_before(service) else "first"
    return code["min_conditions"] <= pm.conditions <= code["max_conditions"] and code["first_month"] in ("any", which)


def _by_device_days(pm: PersonMonth, service: str, code: Row, worked: Worked) -> Earned:
    days = pm.reading_days(service, code["device"])
    if not code["min_days"] <= len(days) <= code["max_days"]:
        return None
    return days[code["min_days"] - 1], 0, ""


def _by_a_visit_row(pm: PersonMonth, service: str, code: Row, worked: Worked) -> Earned:
    days = [v["service_date"] for v in pm.visits if v["code"] == code["code"] and v["service_date"] >= pm.clock.first]
    days = [day for day in days if code["from_day"] <= day <= code["to_day"]]
    return (max(days), 0, "") if days else None


def _by_discharge(pm: PersonMonth, service: str, code: Row, worked: Worked) -> Earned:
    transition = pm.transition
    if transition is None or transition.visit_day is None:
        return None
    in_time = transition.visit_day - transition.discharge_day <= code["max_days"]
    level = pm.level >= code["decision_level"] or (pm.level == 0 and transition.tcm_code == code["code"])
    return (transition.visit_day, 0, "") if in_time and level else None


EARNED_BY = {
    "time": _by_time,
    "month": _by_month,
    "device_days": _by_device_days,
    "documented": _by_a_visit_row,
    "discharge": _by_discharge,
}


def _cents(pm: PersonMonth, code: str, day: int) -> int | None:
    return allowed_cents(pm.rules, pm.practice, code, day, pm.clock.last) if code else None


def chosen(found: list[Option], worked: Worked) -> list[Option]:
    """One way for each slot: by what is documented within a performer's families; between the two performers of a mixed
    month by what is allowed; the practitioner's codes where the practitioner worked alone."""
    alone = len(worked.counted) == len(worked.practitioner)
    taken = []
    for place in sorted({(o.slot, o.under) for o in found}):
        here = sorted((o for o in found if (o.slot, o.under) == place), key=lambda o: (o.rank, o.family))
        by_staff = next((o for o in here if not o.practitioner), None)
        by_practitioner = next((o for o in here if o.practitioner), None)
        if by_staff is None or by_practitioner is None:
            taken += [o for o in (by_staff, by_practitioner) if o]
        elif alone or _amount(by_practitioner) > _amount(by_staff):
            taken.append(by_practitioner)
        else:
            taken.append(by_staff)
    return taken


def _amount(option: Option) -> int:
    return -1 if option.cents is None else option.cents
