"""The merge over the ledger in DynamoDB gives the rows, and the books, that it gives over the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from onecrown.adapters.aws.dynamodb_ledger import DynamodbLedger
from onecrown.ports import MERGED, WITHDRAWN
from tests.adapters.ledgers import TABLE, ledger_table
from tests.aws.failing_client import InterruptedClient, PowerCut, power_cut
from tests.laws.drawing import worlds
from tests.laws.judged_drops import JudgedDrop
from tests.laws.memory_home import Dump, MemoryHome, laws_model
from tests.laws.stories import received

pytestmark = pytest.mark.aws
Book = tuple[str, str, Any]


@pytest.fixture(scope="module")
def drops() -> list[JudgedDrop]:
    """One invented set of at least four drops."""
    several = st.tuples(worlds(laws_model())).filter(lambda sets: len(sets[0][0]) >= 4)
    chosen = settings(derandomize=True, database=None, phases=[Phase.generate], max_examples=500)
    return list(find(several, lambda _: True, settings=chosen)[0][0])


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as opened:
        yield opened


def told(home: MemoryHome, drops: list[JudgedDrop]) -> None:
    """Two batches, a withdrawal in between, and a return."""
    home.merge(drops[:2])
    home.withdraw(drops[0])
    home.merge(drops[2:])


def rows_and_books(home: MemoryHome) -> tuple[Dump, list[Book]]:
    return home.dump(), sorted((drop.drop_id, drop.state, drop.counts) for drop in home.ledger.drops())


def over_dynamodb(client: Any) -> DynamodbLedger:
    return DynamodbLedger(client, TABLE, pause=lambda _: None)


def test_a_story_with_a_withdrawal_gives_the_same_rows_over_both_ledgers(
    drops: list[JudgedDrop], database: duckdb.DuckDBPyConnection
) -> None:
    with received(laws_model(), [drops]) as said, ledger_table() as client:
        embedded = MemoryHome(said, database)
        deployed = MemoryHome(said, database, over_dynamodb(client))
        for home in (embedded, deployed):
            told(home, drops)
        assert rows_and_books(deployed) == rows_and_books(embedded)
        assert {drop.state for drop in deployed.ledger.drops()} == {MERGED, WITHDRAWN}
        assert [len(batch.drop_ids) for batch in deployed.ledger.batches()] == [2, len(drops) - 1]


@pytest.mark.parametrize("call", [3, 51, *(pytest.param(call, marks=pytest.mark.long) for call in (15, 27, 39))])
def test_a_story_that_a_crash_stopped_and_a_rerun_ended_gives_the_same_rows(
    drops: list[JudgedDrop], database: duckdb.DuckDBPyConnection, call: int
) -> None:
    """The second merge stops at a call, and is run again by a worker who finds what it left."""
    with received(laws_model(), [drops]) as said, ledger_table() as client:
        embedded = MemoryHome(said, database)
        told(embedded, drops)
        deployed = MemoryHome(said, database, over_dynamodb(client))
        deployed.merge(drops[:2])
        deployed.withdraw(drops[0])
        deployed.take(drops[2:])
        dying = InterruptedClient(client, call, power_cut)
        deployed.use(over_dynamodb(dying))
        with pytest.raises(PowerCut):
            deployed.merge()
        deployed.use(over_dynamodb(client))
        deployed.ledger.release_lease("merge", deployed.around.worker)
        deployed.merge()
        assert rows_and_books(deployed) == rows_and_books(embedded)
