"""Persons over systems: records prepared, pairs weighed by Splink, clusters decided. SQL and arithmetic; no ledger, no tables."""
