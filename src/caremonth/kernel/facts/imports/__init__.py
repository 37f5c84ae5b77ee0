"""Importers: what other systems hold → facts of the contract, with a report of what was not understood."""
