"""The version of the whole model: one digest over every definition, and the versions of rules and measures one by one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.measures import Measures

DEFINING = frozenset({".yaml", ".sql", ".csv"})


def model_digest(folder: Path) -> str:
    """SHA-256 in hexadecimal over the names and bytes of every definition of a folder; other files mean nothing."""
    found = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in DEFINING):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def versions_of(lifecycle: Lifecycle, measures: Measures | None) -> dict[str, int]:
    """The version of each rule and measure, by `lifecycle.<rule>` and `measures.<measure>`."""
    counted = measures.measures.values() if measures else ()
    return {
        **{f"lifecycle.{rule.rule_id}": rule.version for rule in lifecycle.rules.values()},
        **{f"measures.{measure.measure_id}": measure.version for measure in counted},
    }
