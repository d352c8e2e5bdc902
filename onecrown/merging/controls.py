"""How many rows the control files promise of a snapshot, as a relation (scope, event_at, rows_promised)."""

from __future__ import annotations

from onecrown.definitions.contracts import Contract, Control
from onecrown.merging.snapshots import CONTROL_NONE
from onecrown.merging.versions import version
from onecrown.sql.quoting import encoded_key, name, value


def promised_rows(contract: Contract, control: Control | None, sightings: str, bodies: str) -> str:
    """SQL for the promises that stand, given relations of all sightings and of the control records' bodies."""
    if control is None:
        return CONTROL_NONE
    dataset = f"{contract.source}/{control.dataset}"
    scope = encoded_key(f"b.{name(part)}" for part in control.key)
    return f"""(
    WITH top AS (
      SELECT key, max({version("")}) AS top FROM {sightings}
      WHERE dataset = {value(dataset)} AND record_type = {value(control.record_type)} GROUP BY key
    )
    SELECT {scope} AS scope, t.top.e AS event_at, sum(b.{name(control.rows)})::BIGINT AS rows_promised
    FROM top AS t JOIN {bodies} AS b ON b.key = t.key AND b.record_hash = t.top.h
    GROUP BY ALL)"""
