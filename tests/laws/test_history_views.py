"""Versions over time and as-at views say what the plain model says, at every instant that a set of drops speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest
import sqlglot
from hypothesis import given

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.model import load_model
from onecrown.rendering.history_views import as_at, versions
from onecrown.sql.quoting import value

from .drawing import TIMES, worlds
from .examples import ci, long
from .memory_home import MemoryHome, laws_model
from .reference_model import FOR_EVER, Meaning
from .stories import at_once, received
from .test_any_order import Sets

INSTANTS = (TIMES[0] - timedelta(days=1), *TIMES, TIMES[1] + timedelta(hours=1), FOR_EVER)
sets_of_drops = worlds(laws_model())


def every_type() -> Iterator[tuple[Contract, RecordType]]:
    for contract in laws_model().contracts.values():
        for kind in contract.record_types.values():
            yield contract, kind


def stood_at(home: MemoryHome, contract: Contract, kind: RecordType, instant: datetime) -> dict[str, tuple[str, bool]]:
    said = as_at(contract, kind, home.tables.relation, f"CAST({value(instant.isoformat())} AS TIMESTAMPTZ)")
    with home.around.engine() as con:
        rows = con.execute(f"SELECT key, record_hash, is_stale FROM ({said})").fetchall()
    assert len({key for key, *_ in rows}) == len(rows), "one version of a key at a time"
    return {key: (record_hash, stale) for key, record_hash, stale in rows}


def views_say_what_the_plain_model_says(database: duckdb.DuckDBPyConnection, sets: Sets) -> None:
    meaning = Meaning(laws_model(), [drop for drops in sets for drop in drops])
    with received(laws_model(), sets) as said:
        home = at_once(said, database)
        for contract, kind in every_type():
            for instant in INSTANTS:
                current = meaning.current(contract, kind, instant)
                expected = {key: (found.record.record_hash, found.stale) for key, found in current.items()}
                assert stood_at(home, contract, kind, instant) == expected


@ci(2)
@given(sets=sets_of_drops)
def test_at_every_instant_the_versions_are_the_records_of_the_plain_model(
    database: duckdb.DuckDBPyConnection, sets: Sets
) -> None:
    views_say_what_the_plain_model_says(database, sets)


@pytest.mark.long
@long(200)
@given(sets=sets_of_drops)
def test_at_every_instant_the_versions_are_the_records_of_the_plain_model_on_many(
    database: duckdb.DuckDBPyConnection, sets: Sets
) -> None:
    views_say_what_the_plain_model_says(database, sets)


@pytest.mark.parametrize("dialect", ["athena", "spark"])
def test_the_views_of_every_contract_can_be_said_in_other_dialects(dialect: str) -> None:
    for contract in load_model().contracts.values():
        for kind in contract.record_types.values():
            said = versions(contract, kind, lambda table: table)
            [translated] = sqlglot.transpile(
                said, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
            )
            assert sqlglot.parse_one(translated, read=dialect)
