"""The functions: each parses its event, calls one flow, answers."""
