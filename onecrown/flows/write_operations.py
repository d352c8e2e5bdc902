"""The operations tables: what the ledger knows, for people who query. Written at the end of a batch, its own row last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import duckdb

from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_merge import MergePlan
from onecrown.ports import COUNTS, Batch, Change, Delivery, Drop
from onecrown.rendering.table_layouts import OPS
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import files, value

MIRROR = "mirror"
_ROUTED = ("quarantined", "held", "refused", "failed", "withdrawn")


def write_operations(
    home: Surroundings, batch: Batch | None, merged: Sequence[Drop] = (), plan: MergePlan | None = None
) -> dict[str, int]:
    """Mirror deliveries, drops, rejects, flags, drift and the batch. Gives the snapshot of every table.

    Without a batch it mirrors what was never merged (quarantined, held, duplicates), where there is anything new.
    """
    waiting = [drop for drop in home.ledger.drops(_ROUTED) if not drop.mirrored]
    batch_id = batch.batch_id if batch else f"{MIRROR}-{home.now():%Y%m%dT%H%M%S%f}"
    with home.engine() as con:
        install_keyed_ids(con, home.pseudonym_key)
        deliveries = _new_deliveries(con, home, batch_id)
        if batch is None and not waiting and not deliveries:
            return {}
        told = [*merged, *waiting]
        _commit(con, home, batch_id, "delivery", deliveries)
        _mirror_drops(con, home, batch_id, told)
        _commit_details(con, home, batch_id, told)
        snapshots = _heads(home)
        _commit(con, home, batch_id, "batch", [_batch_row(home, batch, batch_id, snapshots, merged, plan)])
    home.ledger.move_all([(drop, drop.state, {"mirrored": True}) for drop in waiting])
    return {**snapshots, f"{OPS}.batch": home.tables.head(f"{OPS}.batch") or 0}


def _heads(home: Surroundings) -> dict[str, int]:
    heads = {table: home.tables.head(table) for table in home.tables.names() if table != f"{OPS}.batch"}
    return {table: head for table, head in heads.items() if head is not None}


def _new_deliveries(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str) -> list[dict[str, Any]]:
    table = f"{OPS}.delivery"
    known = {row[0] for row in con.execute(f"SELECT delivery_id FROM {home.tables.relation(table)}").fetchall()}
    return [_delivery_row(said, batch_id) for said in home.ledger.deliveries() if said.delivery_id not in known]


def _delivery_row(said: Delivery, batch_id: str) -> dict[str, Any]:
    return {
        "delivery_id": said.delivery_id,
        "drop_id": said.drop_id,
        "landing_key": said.key,
        "outcome": said.outcome,
        "byte_count": said.bytes,
        "arrived_at": said.arrived_at,
        "batch_id": batch_id,
    }


def drop_rows(drop: Drop) -> list[dict[str, Any]]:
    """One row per record type of a drop, or one for a drop without any."""
    delay = (drop.merged_at - drop.received_at).total_seconds() if drop.merged_at else None
    shared = {
        "drop_id": drop.drop_id,
        "source": drop.source,
        "dataset": drop.dataset,
        "name": drop.name,
        "state": drop.state,
        "reason": drop.reason,
        "attempts": drop.attempts,
        "contract_version": drop.contract_version,
        "received_at": drop.received_at,
        "validated_at": drop.validated_at,
        "merged_at": drop.merged_at,
        "delay_seconds": int(delay) if delay is not None else None,
        "batch_id": drop.batch_id,
    }
    kinds = drop.counts or {"": {}}
    return [
        {**shared, "record_type": kind, **{f"{count}_count": said.get(count, 0) for count in COUNTS}}
        for kind, said in sorted(kinds.items())
    ]


def _mirror_drops(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, told: Sequence[Drop]) -> None:
    """Write the drops' rows; rows that an earlier state left are taken away in the same commit."""
    table = f"{OPS}.drop"
    if not told or home.tables.snapshot_before(table, batch_id)[0]:
        return
    _load(con, table, [row for drop in told for row in drop_rows(drop)], home)
    rows, added = home.tables.write_rows(con, table, "SELECT * FROM w_ops")
    standing = home.tables.relation(table)
    gone, deleted = home.tables.write_deletes(
        con,
        table,
        f"SELECT 'file://' || _file AS file_path, _pos AS pos FROM {standing} WHERE drop_id IN (SELECT drop_id FROM w_ops)",
    )
    home.tables.commit(Change(table, batch_id, rows, added, gone if deleted else None, deleted))


def _commit_details(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, told: Sequence[Drop]) -> None:
    """Rejects, flags and drift of drops that are told for the first time."""
    fresh = [drop for drop in told if drop.prefix]
    con.execute("CREATE OR REPLACE TEMP TABLE w_told (drop_id VARCHAR, dataset VARCHAR)")
    if not fresh:
        return
    insert_rows(con, "w_told", ("drop_id", "dataset"), [(drop.drop_id, drop.dataset_name) for drop in fresh])
    prefixes = sorted({drop.prefix for drop in fresh})
    said = value(batch_id)
    quarantine = files(path for p in prefixes if (path := home.quarantine / p / "quarantine.parquet").exists())
    flags = files(path for p in prefixes if (path := home.validated / p / "flags.parquet").exists())
    drift = files(path for p in prefixes if (path := home.validated / p / "drift.parquet").exists())
    selects = {
        "reject": f"SELECT q.* EXCLUDE (text), {said} AS batch_id FROM read_parquet({quarantine}) AS q SEMI JOIN w_told USING (drop_id)",
        "flag": f"""SELECT f.drop_id, t.dataset, f.record_type, keyed(t.dataset || '|' || f.record_type || '|' || f.key) AS record_id,
            f.position, f.rule, f.field, f.class, f.owner, f.severity, {said} AS batch_id
            FROM read_parquet({flags}) AS f JOIN w_told AS t ON t.drop_id = f.drop_id""",
        "drift": f"SELECT d.drop_id, t.dataset, d.record_type, d.field, d.seen_count, {said} AS batch_id "
        f"FROM read_parquet({drift}) AS d JOIN w_told AS t ON t.drop_id = d.drop_id",
    }
    for name, select in selects.items():
        table = f"{OPS}.{name}"
        told_before = (
            f"SELECT * FROM ({select}) AS n ANTI JOIN {home.tables.relation(table)} AS k ON k.drop_id = n.drop_id"
        )
        _commit_select(con, home, batch_id, table, told_before)


def _commit(
    con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, name: str, rows: list[dict[str, Any]]
) -> None:
    if rows:
        _load(con, f"{OPS}.{name}", rows, home)
        _commit_select(con, home, batch_id, f"{OPS}.{name}", "SELECT * FROM w_ops")


def _commit_select(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, table: str, select: str) -> None:
    if home.tables.snapshot_before(table, batch_id)[0]:
        return
    path, count = home.tables.write_rows(con, table, select)
    if count:
        home.tables.commit(Change(table, batch_id, path, count))


def _load(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]], home: Surroundings) -> None:
    """Put rows into `w_ops`, a table with the layout's columns."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_ops AS SELECT * EXCLUDE (_file, _pos) FROM {home.tables.empty(table)}")
    names = [row[0] for row in con.execute("DESCRIBE w_ops").fetchall()]
    insert_rows(con, "w_ops", names, [[row.get(column) for column in names] for row in rows])


def _batch_row(
    home: Surroundings,
    batch: Batch | None,
    batch_id: str,
    snapshots: dict[str, int],
    merged: Sequence[Drop],
    plan: MergePlan | None,
) -> dict[str, Any]:
    changes = plan.changes if plan else []
    now = home.now()
    return {
        "batch_id": batch_id,
        "drop_count": len(merged),
        "executor": batch.executor if batch else MIRROR,
        "reason": batch.reason if batch else "nothing to merge: drops that wait or were set aside",
        "started_at": batch.started_at if batch else now,
        "finished_at": (batch.finished_at if batch else None) or now,
        "snapshots": json.dumps(snapshots, sort_keys=True),
        "tables_committed": len(changes),
        "rows_added": sum(change.added for change in changes),
        "rows_deleted": sum(change.deleted for change in changes),
    }
