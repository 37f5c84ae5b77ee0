"""Assign: one provider for each member who has none; every provider weighed is kept with its score and why it lost."""

from caremonth.kernel.program.assign.run import AssignRefused, AssignRun, assign

__all__ = ["AssignRefused", "AssignRun", "assign"]
