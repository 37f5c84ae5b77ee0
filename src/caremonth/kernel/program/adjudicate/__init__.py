"""Adjudicate: claims in, paid lines and reasons out. One relation a file, in the order of the edits."""

from caremonth.kernel.program.adjudicate.contract import CLAIM_FACTS
from caremonth.kernel.program.adjudicate.run import OUTPUTS, ClaimFactsError, adjudicate

__all__ = ["CLAIM_FACTS", "OUTPUTS", "ClaimFactsError", "adjudicate"]
