"""Enroll: 834 files into facts, and everybody's clocks on a day."""

from caremonth.kernel.program.enroll.run import EnrollRun, enroll

__all__ = ["EnrollRun", "enroll"]
