"""Game day: catalogue and warehouse are lost. What comes back from landing, judged drops and the ledger is what was there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import balances, home_of_cases

from onecrown.errors import UsageError
from onecrown.flows.act_on_drops import withdraw_drop
from onecrown.flows.rebuild_tables import rebuild_tables
from onecrown.ports import MERGED, WITHDRAWN

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")
SAID = ("A B C", "A B/G D", "A C D!")


def lose_tables(folder: Path) -> None:
    for path in folder.glob("catalog.db*"):
        path.unlink()
    shutil.rmtree(folder / "warehouse")


def test_a_home_without_its_tables_gets_them_back_with_the_same_rows_and_books(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    with home_of_cases(folder) as home:
        for week, said in zip(WEEKS, SAID, strict=True):
            home.run(extract("case", cases(said), week))
        withdraw_drop(home.around, home.drops()[1].drop_id, "invented")
        before, books = home.dump(), {drop.drop_id: (drop.state, drop.counts) for drop in home.drops()}
    lose_tables(folder)
    with home_of_cases(folder) as home:
        assert rebuild_tables(home.around).drops == 2
        left = {drop.drop_id: (drop.state, drop.counts) for drop in home.drops()}
        assert left == books
        assert sorted(drop.state for drop in home.drops()) == [MERGED, MERGED, WITHDRAWN]
        assert all(map(balances, home.drops()))
        rebuilt = home.dump()
    with home_of_cases(tmp_path / "never") as never:
        for week, said in list(zip(WEEKS, SAID, strict=True))[::2]:
            never.run(extract("case", cases(said), week))
        assert rebuilt == never.dump()
    assert before != rebuilt, "the withdrawn drop was still in the tables when they were lost"


def test_a_batch_that_was_open_when_the_tables_were_lost_is_given_up_and_its_drops_are_merged(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    with home_of_cases(folder) as home:
        home.run(extract("case", cases("A B"), WEEKS[0]))
        home.receive(extract("case", cases("A C"), WEEKS[1]))
        open_a_batch(home)
    lose_tables(folder)
    with home_of_cases(folder) as home:
        rebuild_tables(home.around)
        assert home.cases() == "A C"
        assert {drop.state for drop in home.drops()} == {MERGED}
        assert {batch.state for batch in home.around.ledger.batches()} == {"finished"}


def test_a_home_that_has_tables_is_not_rebuilt(tmp_path: Path) -> None:
    with home_of_cases(tmp_path / "home") as home:
        home.run(extract("case", cases("A"), WEEKS[0]))
        with pytest.raises(UsageError, match="there are tables"):
            rebuild_tables(home.around)
        assert home.cases() == "A"


def open_a_batch(home) -> None:
    from onecrown.flows.last_batch import OPEN
    from onecrown.ports import MERGING, Batch

    ledger = home.around.ledger
    waiting = ledger.drops(["validated"])
    batch = Batch("later", OPEN, tuple(drop.drop_id for drop in waiting), home.around.now())
    last = ledger.batches()[-1].batch_id
    ledger.open_batch(batch, [(drop, MERGING, {"batch_id": "later"}) for drop in waiting], last)
