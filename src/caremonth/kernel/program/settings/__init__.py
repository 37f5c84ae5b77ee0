"""Program files: YAML in, checked models out. `SECTIONS` lists each section and the model that reads it."""

from __future__ import annotations

from caremonth.kernel.program.settings.access import Access
from caremonth.kernel.program.settings.adjudication import Adjudication
from caremonth.kernel.program.settings.assignment import Assignment
from caremonth.kernel.program.settings.enrollment import Enrollment
from caremonth.kernel.program.settings.fees import Fees
from caremonth.kernel.program.settings.frame import Program, Section, in_force, read_program, shipped_programs
from caremonth.kernel.program.settings.header import Header
from caremonth.kernel.program.settings.incentives import Incentives
from caremonth.kernel.program.settings.inpatient import Inpatient
from caremonth.kernel.program.settings.measures import Measures
from caremonth.kernel.program.settings.referral import Referral
from caremonth.kernel.program.settings.service_classes import ServiceClasses

SECTIONS: dict[str, type[Section]] = {
    "program": Header,
    "fees": Fees,
    "enrollment": Enrollment,
    "assignment": Assignment,
    "access": Access,
    "service_classes": ServiceClasses,
    "referral": Referral,
    "adjudication": Adjudication,
    "inpatient": Inpatient,
    "incentives": Incentives,
    "measures": Measures,
}

__all__ = [
    "SECTIONS",
    "Access",
    "Adjudication",
    "Assignment",
    "Enrollment",
    "Fees",
    "Header",
    "Incentives",
    "Inpatient",
    "Measures",
    "Program",
    "Referral",
    "Section",
    "ServiceClasses",
    "in_force",
    "read_program",
    "shipped_programs",
]
