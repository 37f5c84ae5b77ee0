"""Program files: YAML in, checked models out. `SECTIONS` lists each section and the model that reads it."""

from __future__ import annotations

from caremonth.kernel.program.settings.assignment import Assignment
from caremonth.kernel.program.settings.enrollment import Enrollment
from caremonth.kernel.program.settings.fees import Fees
from caremonth.kernel.program.settings.frame import Program, Section, in_force, read_program, shipped_programs
from caremonth.kernel.program.settings.header import Header

SECTIONS: dict[str, type[Section]] = {
    "program": Header,
    "fees": Fees,
    "enrollment": Enrollment,
    "assignment": Assignment,
}

__all__ = [
    "SECTIONS",
    "Assignment",
    "Enrollment",
    "Fees",
    "Header",
    "Program",
    "Section",
    "in_force",
    "read_program",
    "shipped_programs",
]
