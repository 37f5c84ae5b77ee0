"""Measure: rates of a year from claims, by stratum and by provider; CMS-416."""

from caremonth.kernel.program.measure.run import MEASURE_FACTS, Measured, measure

__all__ = ["MEASURE_FACTS", "Measured", "measure"]
