"""Athena's SQL on the embedded engine: parse, resolve tables, translate, run."""
