"""Pay: member-months by the count rule, rate cells, deltas against the ledger, payments with balances."""

from caremonth.kernel.program.pay.findings import Finding
from caremonth.kernel.program.pay.run import LISTINGS, ORDER, OUTPUTS, PayRefused, PayRun, pay

__all__ = ["LISTINGS", "ORDER", "OUTPUTS", "Finding", "PayRefused", "PayRun", "pay"]
