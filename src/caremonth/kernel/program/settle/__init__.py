"""Settle: incentives by scheme, each factor shown, and the ledger rows still to be posted."""

from caremonth.kernel.program.settle.run import Settled, SettleRun, settle

__all__ = ["SettleRun", "Settled", "settle"]
