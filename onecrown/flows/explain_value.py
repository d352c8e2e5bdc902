"""Where a row, or one value of it, comes from: source records, drop, file, position, and the rule or crosswalk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.explain_linking import Told, own_ids, reason_of, records_behind, told_values
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.reading_current import gather_units
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_state import MEMBER, SIGHTING, SNAPSHOT
from onecrown.ports import Drop
from onecrown.rendering.csv_rows import position
from onecrown.rendering.table_layouts import UNIFIED, body_table
from onecrown.sql.quoting import file, name, value


@dataclass(frozen=True, slots=True)
class Origin:
    """One delivery of the source record behind a row."""

    dataset: str
    record_type: str
    record_hash: str
    event_at: Any
    is_current: bool
    drop_id: str
    file_name: str
    landing_key: str
    position: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A row explained: its values with the reason for each, and where its record was delivered."""

    values: list[dict[str, Any]]
    origins: list[Origin]


def explain_value(home: Surroundings, table: str, key: str, column: str | None) -> Explanation:
    """Explain a row of a unified table, or one column of it.

    Raises `UsageError` where the table, the row or the column does not exist.
    """
    entity = _entity(home, table)
    wanted = _columns(entity, column)
    with home.engine() as con:
        tables = PublishedTables(home, con)
        row = _row(con, tables, entity, key)
        found = [
            (contract, kind, record_key, unit_id)
            for contract, unit_id in records_behind(con, home, tables, row)
            for kind, record_key in _read_records(con, home, tables, contract, entity, unit_id, key)
        ]
        if not found:
            raise UsageError("the row is not explained by its current source records; run `onecrown check`")
        origins: list[Origin] = []
        for contract, kind, record_key, unit_id in found:
            gather_units(con, home, tables, contract, f"SELECT {value(unit_id)} AS unit_id")
            origins += _origins(con, home, tables, contract, kind, record_key)
        first = next((said for said in found if said[0].name == row["source_dataset"]), found[0])
        told = told_values(con, tables, entity, key)
        values = [_value(home, first[0], entity, row, c, first[1], told.get(c.name, ())) for c in wanted]
    return Explanation(values, origins)


def _entity(home: Surroundings, table: str) -> Entity:
    short = table.removeprefix(f"{UNIFIED}.")
    entity = home.model.entities.get(short)
    if entity is None:
        raise UsageError(f"there is no table `{table}`{nearest(short, home.model.entities)}")
    if not any(short in contract.mappings for contract in home.model.contracts.values()):
        raise UsageError(
            f"no source record makes a row of `{short}`: {entity.meaning} Explain a row of court_case instead"
        )
    return entity


def _columns(entity: Entity, column: str | None) -> list[Column]:
    if column is None:
        return list(entity.columns)
    found = entity.column(column)
    if found is None:
        raise UsageError(f"`{entity.name}` has no column `{column}`{nearest(column, [c.name for c in entity.columns])}")
    return [found]


def _row(con: duckdb.DuckDBPyConnection, tables: PublishedTables, entity: Entity, key: str) -> dict[str, Any]:
    answer = con.execute(
        f"SELECT * EXCLUDE (_file, _pos) FROM {tables.read(f'{UNIFIED}.{entity.name}')} WHERE {name(entity.key_column)} = ?",
        [key],
    )
    columns = [column[0] for column in answer.description or ()]
    row = answer.fetchone()
    if row is None:
        raise UsageError(f"`{entity.name}` has no row with that {entity.key_column}; take one from `onecrown query`")
    return dict(zip(columns, row, strict=True))


def _read_records(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    tables: PublishedTables,
    contract: Contract,
    entity: Entity,
    unit_id: str,
    key: str,
) -> list[tuple[str, str]]:
    """The records (type, key) of a unit that make a row, under its present id or under one that ended."""
    if entity.name not in contract.mappings:
        return []
    gather_units(con, home, tables, contract, f"SELECT {value(unit_id)} AS unit_id")
    mapping = contract.mappings[entity.name].rstrip().rstrip(";")
    ids = own_ids(con, tables, entity, key)
    columns = {entity.key_column, entity.united_by or entity.key_column}
    same = " OR ".join(f"{name(column)} IN (SELECT unnest(CAST(? AS VARCHAR[])))" for column in sorted(columns))
    return [
        (str(kind), str(record_key))
        for kind, record_key in con.execute(
            f"SELECT DISTINCT from_type, from_key FROM ({mapping}) WHERE {same} ORDER BY 1, 2", [ids] * len(columns)
        ).fetchall()
    ]


def _value(
    home: Surroundings,
    contract: Contract,
    entity: Entity,
    row: dict[str, Any],
    column: Column,
    kind: str,
    told: Sequence[Told],
) -> dict[str, Any]:
    return {
        "column": column.name,
        "value": row[column.name],
        "reason": reason_of(home.model, column, told) or _reason(home, contract, row, column),
        "mapping": f"{contract.name}/{entity.name}.sql from {kind}",
        "meaning": column.meaning,
    }


def _reason(home: Surroundings, contract: Contract, row: dict[str, Any], column: Column) -> str:
    if not column.code_list:
        return "as mapped from the source record" if row[column.name] is not None else "the source record has none"
    source = row.get(column.source_column) if column.source_column else None
    crossing = next(
        (
            c
            for c in home.model.code_lists[column.code_list].crossings
            if c.system == contract.code_system and c.source_code == source and c.standard_code == row[column.name]
        ),
        None,
    )
    if crossing:
        return (
            f"crosswalk {column.code_list}: {crossing.system} {crossing.list} `{source}` is `{crossing.standard_code}`"
        )
    if row[column.name] is None:
        return f"unmapped in crosswalk {column.code_list}" if source is not None else "the source record has none"
    return f"code list {column.code_list}, by the mapping's rule"


def _origins(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    tables: PublishedTables,
    contract: Contract,
    kind_name: str,
    key: str,
) -> list[Origin]:
    kind = contract.record_types[kind_name]
    current = {
        row[0] for row in con.execute(f"SELECT _record_hash FROM {name(kind_name)} WHERE key = ?", [key]).fetchall()
    }
    if kind.mode == "upsert":
        seen = con.execute(
            f"""SELECT record_hash, event_at, drop_id, position FROM {tables.read(SIGHTING)}
            WHERE dataset = ? AND record_type = ? AND key = ? ORDER BY event_at, sequence, record_hash""",
            [contract.name, kind_name, key],
        ).fetchall()
    else:
        seen = con.execute(
            f"""SELECT m.record_hash, s.event_at, s.drop_id, '' FROM {tables.read(SNAPSHOT)} AS s
            JOIN {tables.read(MEMBER)} AS m ON m.members_hash = s.members_hash
            JOIN (SELECT DISTINCT scope FROM {tables.read(body_table(contract, kind))} WHERE key = ?) AS b ON b.scope = s.scope
            WHERE s.dataset = ? AND s.record_type = ? AND m.key = ? ORDER BY s.event_at, s.sequence, s.members_hash""",
            [key, contract.name, kind_name, key],
        ).fetchall()
    return [_origin(con, home, contract, kind_name, key, current, row) for row in seen]


def _origin(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    contract: Contract,
    kind: str,
    key: str,
    current: set[str],
    row: tuple[Any, ...],
) -> Origin:
    record_hash, event_at, drop_id, _ = row
    drop = home.ledger.drop(drop_id)
    landing = next((said.key for said in home.ledger.deliveries_of(drop_id)), "")
    return Origin(
        contract.name,
        kind,
        record_hash,
        event_at,
        record_hash in current,
        drop_id,
        drop.name if drop else "",
        landing,
        _position(con, home, contract, drop, kind, key, record_hash),
    )


def _position(
    con: duckdb.DuckDBPyConnection,
    home: Surroundings,
    contract: Contract,
    drop: Drop | None,
    kind: str,
    key: str,
    record_hash: str,
) -> str:
    """Line and path of a record in its file, from the judged records of its drop."""
    folder = home.validated.folder(drop.prefix) if drop else None
    path = folder / f"{kind}.parquet" if folder else None
    if folder is None or path is None or not path.exists():
        return ""
    shifts = folder / "shifts.parquet"
    said = "j._position"
    if contract.format.kind == "csv":
        source = (
            f"SELECT * FROM read_parquet({file(shifts)})"
            if shifts.exists()
            else "SELECT 0 AS before_row, 0 AS lines WHERE false"
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE shifts AS {source}")
        said = position("j")
    found = con.execute(
        f"SELECT {said} FROM read_parquet({file(path)}) AS j WHERE j._drop = ? AND j._key = ? AND j._hash = ? ORDER BY j._ordinal LIMIT 1",
        [drop.drop_id if drop else "", key, record_hash],
    ).fetchone()
    return str(found[0]) if found else ""
