"""Does everything add up: books, references, keys, ties, waiting children, unmapped codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.flows.pending_drops import leaving_drops
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.reading_current import every_unit, forget_current, gather_units
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_state import SIGHTING, SNAPSHOT
from onecrown.merging.upserts import BOOKS
from onecrown.ports import MERGED, Drop
from onecrown.rendering.table_layouts import UNIFIED
from onecrown.sql.quoting import name, value

OK, OFF, NOTE = "ok", "off", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ok, off (something is wrong), or a note (something to know)."""

    check: str
    of: str
    state: str
    count: int
    meaning: str


def check_home(home: Surroundings) -> list[Finding]:
    """Every check over the tables as published."""
    findings = list(_books(home))
    with home.engine() as con:
        tables = PublishedTables(home, con)
        findings += [*_keys(con, home, tables), *_references(con, home, tables), *_unmapped(con, home, tables)]
        findings += [*_ties(con, tables), *_completeness(con, home, tables)]
        for contract in home.model.contracts.values():
            findings += _waiting(con, home, tables, contract)
    return findings


def _books(home: Surroundings) -> Iterator[Finding]:
    unbalanced = [drop for drop in home.ledger.drops() if not _balances(drop)]
    yield Finding(
        "books balance",
        "drops",
        OFF if unbalanced else OK,
        len(unbalanced),
        "read = accepted + quarantined, and accepted = new + changed + unchanged + superseded + duplicate",
    )
    stuck = [*home.ledger.drops(["received", "merging", "failed"]), *leaving_drops(home)]
    yield Finding(
        "nothing is stuck",
        "drops",
        OFF if stuck else OK,
        len(stuck),
        "drops half done, or withdrawn and not out yet: `onecrown run` takes them up",
    )
    unfinished = [batch for batch in home.ledger.newest_batches(1) if batch.state == "open"]
    yield Finding(
        "no batch is open",
        "batches",
        OFF if unfinished else OK,
        len(unfinished),
        "`onecrown run` finishes an open batch",
    )
    waiting = home.ledger.drops(["held"])
    yield Finding(
        "held drops", "drops", NOTE if waiting else OK, len(waiting), "wait for `onecrown release` or `onecrown refuse`"
    )


def unbalanced_drops(home: Surroundings, drop_ids: Iterable[str]) -> list[Drop]:
    """Those of some drops whose books do not balance."""
    found = (home.ledger.drop(drop_id) for drop_id in drop_ids)
    return [drop for drop in found if drop is not None and not _balances(drop)]


def _balances(drop: Drop) -> bool:
    for said in drop.counts.values():
        if said.get("read", 0) != said.get("accepted", 0) + said.get("quarantined", 0):
            return False
        if drop.state == MERGED and said.get("accepted", 0) != sum(said.get(book, 0) for book in BOOKS):
            return False
    return True


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _keys(con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables) -> Iterator[Finding]:
    for entity in home.model.entities.values():
        relation, key = tables.read(f"{UNIFIED}.{entity.name}"), name(entity.key_column)
        count = _one(con, f"SELECT count(*) - count(DISTINCT {key}) FROM {relation}")
        if count:
            yield Finding(
                "one row per key", entity.name, OFF, count, f"rows that share a {entity.key_column} or have none"
            )
    yield Finding("one row per key", "every table", OK, 0, "tables that are not named above have one row per key")


def _references(con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables) -> Iterator[Finding]:
    for entity in home.model.entities.values():
        for column in entity.columns:
            if not column.references:
                continue
            target = home.model.entities[column.references]
            count = _one(
                con,
                f"SELECT count(*) FROM {tables.read(f'{UNIFIED}.{entity.name}')} AS c "
                f"ANTI JOIN {tables.read(f'{UNIFIED}.{target.name}')} AS p ON p.{name(target.key_column)} = c.{name(column.name)} "
                f"WHERE c.{name(column.name)} IS NOT NULL",
            )
            if count:
                state = NOTE if column.may_wait else OFF
                said = "the row referred to has not come yet" if column.may_wait else "the row referred to is not there"
                yield Finding("references hold", f"{entity.name}.{column.name}", state, count, said)
    yield Finding(
        "references hold", "every table", OK, 0, "columns that are not named above refer to rows that are there"
    )


def _unmapped(con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables) -> Iterator[Finding]:
    count = sum(row[-1] for row in unmapped_codes(con, home, tables))
    yield Finding(
        "codes are mapped",
        "every table",
        NOTE if count else OK,
        int(count),
        "values without a standard code: `onecrown unmapped`",
    )


def unmapped_codes(
    con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables
) -> list[tuple[str, str, str, str, int]]:
    """Source codes without a standard code: code list, dataset, column, source code, rows."""
    found: list[tuple[str, str, str, str, int]] = []
    for entity in home.model.entities.values():
        for column in entity.columns:
            if not (column.code_list and column.source_column):
                continue
            found += con.execute(
                f"""SELECT {value(column.code_list)}, source_dataset, {value(f"{entity.name}.{column.name}")},
                  {name(column.source_column)}, count(*) FROM {tables.read(f"{UNIFIED}.{entity.name}")}
                WHERE {name(column.name)} IS NULL AND {name(column.source_column)} IS NOT NULL GROUP BY ALL"""
            ).fetchall()
    return sorted(found, key=lambda row: (row[0], row[1], row[2], -row[4], row[3]))


def _ties(con: duckdb.DuckDBPyConnection, tables: PublishedTables) -> Iterator[Finding]:
    records = _one(
        con,
        f"""SELECT count(*) FROM (
          SELECT dataset, record_type, key FROM {tables.read(SIGHTING)}
          GROUP BY dataset, record_type, key, event_at, sequence HAVING count(DISTINCT record_hash) > 1)""",
    )
    said = "different copies of one record at one time; the greater hash stands"
    yield Finding("ties between records", "history", NOTE if records else OK, records, said)
    lists = _one(
        con,
        f"""SELECT count(*) FROM (
          SELECT dataset, record_type, scope FROM {tables.read(SNAPSHOT)} WHERE part IS NULL
          GROUP BY dataset, record_type, scope, event_at, sequence HAVING count(DISTINCT members_hash) > 1)""",
    )
    yield Finding(
        "ties between snapshots", "history", NOTE if lists else OK, lists, "different lists of one scope at one time"
    )


def _completeness(con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables) -> Iterator[Finding]:
    incomplete = _one(con, f"SELECT count(*) FROM {tables.read(SNAPSHOT)} WHERE NOT complete")
    yield Finding(
        "snapshots are complete",
        "history",
        NOTE if incomplete else OK,
        incomplete,
        "lists with a record that could not be keyed: they add and change, and remove nothing",
    )
    for contract in home.model.contracts.values():
        for scope in contract.scopes.values():
            if scope.control is None:
                continue

            assumed = _one(
                con,
                f"""SELECT count(*) FROM {tables.read(SNAPSHOT)} AS s WHERE s.dataset = {value(contract.name)} AND s.complete
                AND s.event_at NOT IN (
                  SELECT event_at FROM {tables.read(SIGHTING)} WHERE dataset = {value(f"{contract.source}/{scope.control.dataset}")})""",
            )

            yield Finding(
                "completeness is confirmed",
                contract.name,
                NOTE if assumed else OK,
                assumed,
                "extracts without a control file of their time: complete is assumed",
            )


def _waiting(
    con: duckdb.DuckDBPyConnection, home: Surroundings, tables: PublishedTables, contract: Contract
) -> Iterator[Finding]:
    if not any(kind.references for kind in contract.record_types.values()):
        return
    gather_units(con, home, tables, contract, every_unit(tables, contract))
    for kind in contract.record_types.values():
        for parent, _ in kind.references:
            count = _orphans(con, kind, parent)
            if count:
                yield Finding(
                    "waiting children",
                    f"{contract.name} {kind.name}",
                    NOTE,
                    count,
                    f"the {parent} that they belong to has not come yet; they appear when it does",
                )
    forget_current(con, contract)


def _orphans(con: duckdb.DuckDBPyConnection, kind: RecordType, parent: str) -> int:
    column = name(f"{parent}_key")
    return _one(
        con,
        f"SELECT count(*) FROM {name(kind.name)} AS c ANTI JOIN {name(parent)} AS p ON p.key = c.{column} WHERE c.{column} IS NOT NULL",
    )
