"""Answer: eligibility and the primary care provider on a date, asked by 270 and told by 271."""

from caremonth.kernel.program.answer.run import NO_REPLY, Reply, answer

__all__ = ["NO_REPLY", "Reply", "answer"]
