"""Caremonth: what each care-management month earned, why, and what would change the answer."""

__version__ = "0.1.0"
