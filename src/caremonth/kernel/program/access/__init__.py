"""Access: who has enough providers near, and who was offered an appointment in time."""

from caremonth.kernel.program.access.run import ACCESS_FACTS, AccessRun, access

__all__ = ["ACCESS_FACTS", "AccessRun", "access"]
