"""The operations tables: what the ledger knows, for people who query. Written at the end of a batch, its own row last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
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
_TOLD = ("delivery", "drop", "reject", "flag", "drift", "batch")
_FIGURES = (
    *("delay_seconds", "receive_seconds", "window_seconds", "start_seconds", "work_seconds"),
    *("gigabyte_seconds", "dpu_seconds", "cost_usd"),
)
_ROUTED = ("quarantined", "held", "refused", "failed", "withdrawn")


def has_news(home: Surroundings) -> bool:
    """Whether there are drops that were never merged (quarantined, held) of which nobody has been told.

    A second delivery of a known drop is no news: the ledger has it, and the next batch tells it.
    """
    return bool(_waiting(home))


def write_operations(
    home: Surroundings, batch: Batch, merged: Sequence[Drop] = (), plan: MergePlan | None = None
) -> dict[str, int]:
    """Mirror deliveries, drops, rejects, flags, drift and the batch. Gives the snapshot of every table.

    Drops that wait are told by the batch that begins to tell: one that goes on where another stopped cannot know which
    of them that one told, and leaves them to the next.
    """
    batch_id = batch.batch_id
    begun = [table for table in _TOLD if home.tables.snapshot_before(f"{OPS}.{table}", batch_id)[0]]
    mine = {drop.drop_id for drop in merged}
    waiting = [] if begun else [drop for drop in _waiting(home) if drop.drop_id not in mine]
    with home.engine() as con:
        install_keyed_ids(con, home.pseudonym_key)
        told = [*merged, *waiting]
        _commit(con, home, batch_id, "delivery", _new_deliveries(con, home, batch_id))
        _mirror_drops(con, home, batch_id, told)
        _commit_details(con, home, batch_id, told)
        snapshots = _heads(home)
        _commit(con, home, batch_id, "batch", [_batch_row(home, batch, snapshots, merged, plan)])
    home.ledger.move_all([(drop, drop.state, {"mirrored": True, "told": drop.prefix}) for drop in waiting])
    return {**snapshots, f"{OPS}.batch": home.tables.head(f"{OPS}.batch") or 0}


def _waiting(home: Surroundings) -> list[Drop]:
    return [drop for drop in home.ledger.drops(_ROUTED) if not drop.mirrored]


def publish_heads(home: Surroundings, batch: Batch) -> None:
    """Write a row that names every table's snapshot as it stands, of work that merged no drop."""
    with home.engine() as con:
        row = _batch_row(home, batch, _heads(home), (), None)
        _commit(con, home, batch.batch_id, "batch", [row])


def _heads(home: Surroundings) -> dict[str, int]:
    heads = {table: home.tables.head(table) for table in home.tables.names() if table != f"{OPS}.batch"}
    return {table: head for table, head in heads.items() if head is not None}


def _new_deliveries(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str) -> list[dict[str, Any]]:
    table = f"{OPS}.delivery"
    known = {row[0] for row in con.execute(f"SELECT delivery_id FROM {home.tables.relation(table)}").fetchall()}
    untold = home.ledger.untold_deliveries()
    home.ledger.note_told([said.delivery_id for said in untold if said.delivery_id in known])
    return [_delivery_row(said, batch_id) for said in untold if said.delivery_id not in known]


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
    table = f"{OPS}.drop"
    if told and not home.tables.snapshot_before(table, batch_id)[0]:
        _load(con, table, [row for drop in told for row in drop_rows(drop)], home)
        _commit_instead(con, home, batch_id, table, "SELECT * FROM w_ops", "SELECT drop_id FROM w_ops")


_OWN = "t.drop_id = {0}.drop_id AND t.prefix = split_part({0}.filename, '/', -2)"


def _commit_details(con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, told: Sequence[Drop]) -> None:
    """Rejects, flags and drift of drops that are told for the first time, or anew because they were judged anew."""
    fresh = [drop for drop in told if drop.prefix and drop.told != drop.prefix]
    con.execute("CREATE OR REPLACE TEMP TABLE w_told (drop_id VARCHAR, dataset VARCHAR, prefix VARCHAR)")
    if not fresh:
        return
    rows = [(drop.drop_id, drop.dataset_name, drop.prefix) for drop in fresh]
    insert_rows(con, "w_told", ("drop_id", "dataset", "prefix"), rows)
    prefixes = sorted({drop.prefix for drop in fresh})
    said = value(batch_id)
    home.quarantine.fetch(prefixes)
    home.validated.fetch(prefixes)
    quarantine = files(path for p in prefixes if (path := home.quarantine.folder(p) / "quarantine.parquet").exists())
    flags = files(path for p in prefixes if (path := home.validated.folder(p) / "flags.parquet").exists())
    drift = files(path for p in prefixes if (path := home.validated.folder(p) / "drift.parquet").exists())
    selects = {
        "reject": f"SELECT q.* EXCLUDE (text, filename), {said} AS batch_id FROM read_parquet({quarantine}, filename = true) AS q "
        f"SEMI JOIN w_told AS t ON {_OWN.format('q')}",
        "flag": f"""SELECT f.drop_id, t.dataset, f.record_type, keyed(t.dataset || '|' || f.record_type || '|' || f.key) AS record_id,
            f.position, f.rule, f.field, f.class, f.owner, f.severity, {said} AS batch_id
            FROM read_parquet({flags}, filename = true) AS f JOIN w_told AS t ON {_OWN.format("f")}""",
        "drift": f"SELECT d.drop_id, t.dataset, d.record_type, d.field, d.seen_count, {said} AS batch_id "
        f"FROM read_parquet({drift}, filename = true) AS d JOIN w_told AS t ON {_OWN.format('d')}",
    }
    for name, select in selects.items():
        _commit_instead(con, home, batch_id, f"{OPS}.{name}", select, "SELECT drop_id FROM w_told")


def _commit_instead(
    con: duckdb.DuckDBPyConnection, home: Surroundings, batch_id: str, table: str, select: str, drop_ids: str
) -> None:
    """Write rows; rows of the same drops that an earlier state left are taken away in the same commit."""
    if home.tables.snapshot_before(table, batch_id)[0]:
        return
    rows, added = home.tables.write_rows(con, table, select)
    gone, deleted = home.tables.write_deletes(
        con,
        table,
        f"SELECT _file AS file_path, _pos AS pos FROM {home.tables.relation(table)} WHERE drop_id IN ({drop_ids})",
    )
    if added or deleted:
        home.tables.commit(Change(table, batch_id, rows if added else None, added, gone if deleted else None, deleted))


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
    batch: Batch,
    snapshots: dict[str, int],
    merged: Sequence[Drop],
    plan: MergePlan | None,
) -> dict[str, Any]:
    changes = plan.changes if plan else []
    return {
        "batch_id": batch.batch_id,
        "drop_count": len(merged),
        "executor": batch.executor,
        "reason": batch.reason,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at or home.now(),
        "snapshots": json.dumps(snapshots, sort_keys=True),
        "tables_committed": len(changes),
        "rows_added": sum(change.added for change in changes),
        "rows_deleted": sum(change.deleted for change in changes),
        **{figure: getattr(batch, figure) for figure in _FIGURES},
        "priced_on": date.fromisoformat(batch.priced_on) if batch.priced_on else None,
    }
