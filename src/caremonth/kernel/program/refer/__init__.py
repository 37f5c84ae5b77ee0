"""Refer: requests for referrals decided, referrals counted."""

from caremonth.kernel.program.refer.run import OUTPUTS, refer

__all__ = ["OUTPUTS", "refer"]
