"""A full extract that would remove more than its contract's share waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Drop
from onecrown.rendering.table_layouts import HISTORY
from onecrown.sql.quoting import file, value


def hold_removals(
    con: duckdb.DuckDBPyConnection, home: Surroundings, pending: Sequence[Drop]
) -> list[tuple[Drop, str]]:
    """Drops of full extracts that would remove too much, each with the reason; released drops are let through.

    A snapshot is compared with the greatest complete one before it: known, or of an earlier drop that goes on.
    """
    held: list[tuple[Drop, str]] = []
    standing: dict[tuple[str, str, str], tuple[str, str]] = {}
    for drop in sorted(pending, key=lambda drop: (drop.meaning.get("extract_date", ""), drop.drop_id)):
        contract = home.model.contracts[drop.dataset_name]
        if contract.delivery != "full":
            continue
        reason = _excess(con, home, contract, drop, standing)
        if reason and not drop.released:
            held.append((drop, reason))
    return held


def _excess(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    contract: Contract,
    drop: Drop,
    standing: dict[tuple[str, str, str], tuple[str, str]],
) -> str:
    path = home.validated / drop.prefix / "snapshots.parquet"
    taken = con.execute(
        f"SELECT record_type, scope, strftime(event_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f') FROM read_parquet({file(path)}) "
        "WHERE drop_id = ? AND complete AND part IS NULL",
        [drop.drop_id],
    ).fetchall()
    for kind_name, scope, event_at in taken:
        kind = contract.record_types[kind_name]
        where = (contract.name, kind_name, scope)
        listed = _listed_now(home, drop, kind)
        before = standing.get(where) or _known(con, home, contract, kind, scope)
        if before and before[0] < event_at:
            whole, gone = _compared(con, before[1], listed)
            if contract.removal.passed_by(gone, whole) and not drop.released:
                return f"removes_too_much: {gone} of {whole} {kind_name} records of its scope; release or refuse it"
        if not before or before[0] < event_at:
            standing[where] = (event_at, listed)
    return ""


def _listed_now(home: Surroundings, drop: Drop, kind: RecordType) -> str:
    path = home.validated / drop.prefix / f"{kind.name}.parquet"
    if not path.exists():
        return "(SELECT CAST(NULL AS VARCHAR) AS key WHERE false)"
    return f"(SELECT DISTINCT _key AS key FROM read_parquet({file(path)}) WHERE _drop = {value(drop.drop_id)} AND _key IS NOT NULL)"


def _known(
    con: duckdb.DuckDBPyConnection, home: Surroundings, contract: Contract, kind: RecordType, scope: str
) -> tuple[str, str] | None:
    found = con.execute(
        f"""SELECT strftime(event_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f'), members_hash
        FROM {home.tables.relation(f"{HISTORY}.snapshot")}
        WHERE dataset = ? AND record_type = ? AND scope = ? AND complete AND part IS NULL
        ORDER BY event_at DESC, sequence DESC, members_hash DESC LIMIT 1""",
        [contract.name, kind.name, scope],
    ).fetchone()
    if found is None:
        return None
    members = home.tables.relation(f"{HISTORY}.member")
    return found[0], f"(SELECT DISTINCT key FROM {members} WHERE members_hash = {value(found[1])})"


def _compared(con: duckdb.DuckDBPyConnection, before: str, after: str) -> tuple[int, int]:
    found = con.execute(
        f"SELECT count(*), count(*) FILTER (a.key IS NULL) FROM {before} AS b LEFT JOIN {after} AS a ON a.key = b.key"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)
