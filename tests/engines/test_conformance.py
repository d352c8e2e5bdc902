"""The same drops through both executors give the same rows, and each reads what the other wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onecrown.definitions.model import Model
from tests.merging.builders import (
    File,
    Result,
    Share,
    cases,
    charges,
    control,
    extract,
    parents,
)
from tests.merging.homes import Home
from tests.merging.slices import cases_of_extracts, slice_of_model

pytest.importorskip("pyspark", reason="pyspark is not installed: make test-spark brings it")

from .example_weeks import FIRST_WEEK, SECOND_WEEK
from .homes import Engines, embedded_fingerprints, home_of_model

pytestmark = pytest.mark.spark
EXTRACTS = [
    [extract("case", cases("A B/G C!"), "2026-01-05"), control("2026-01-05", {"case": 3})],
    [extract("case", cases("A/G D"), "2026-01-12"), control("2026-01-12", {"case": 2})],
    [extract("case", cases("A B/G C!"), "2026-01-19"), control("2026-01-19", {"case": 3})],
    [extract("case", cases("A B! D"), "2026-01-26"), control("2026-01-26", {"case": 3})],
]
SHARES = [
    [*parents("2026-01-05"), extract("charge", charges("A B C!"), "2026-01-05")],
    [
        Share("2026-01-07T12:00:00Z", [Result("a", 1), Result("b", 2)]).file(),
        Share("2026-01-08T12:00:00Z", [Result("b", 2, ordered_on="NO DAY"), Result("c", 3)]).file("again.json"),
        extract("charge", charges("A B/G"), "2026-01-12"),
    ],
    [Share("2026-01-09T12:00:00Z", [Result("c", 3)]).file("last.json")],
]


def alike(one: Home, other: Home) -> None:
    """Every row of history and of the unified tables, and the books of every drop."""
    left, right = one.dump().splitlines(), other.dump().splitlines()
    only_left, only_right = set(left) - set(right), set(right) - set(left)
    tables = {line.split(":")[0] for line in only_left | only_right}
    assert not tables, f"rows differ in {sorted(tables)}: {len(only_left)} and {len(only_right)}"
    assert len(left) == len(right)
    assert [(drop.drop_id, drop.state, drop.counts) for drop in one.drops()] == [
        (drop.drop_id, drop.state, drop.counts) for drop in other.drops()
    ]


@pytest.mark.long
def test_the_examples_of_every_contract_give_the_same_rows_on_both_executors(tmp_path: Path, spark: Any) -> None:
    with home_of_model(tmp_path / "one") as plain, home_of_model(tmp_path / "other") as home:
        plain.run(*FIRST_WEEK)
        Engines(home, tmp_path / "other", spark).distributed.run(*FIRST_WEEK)
        alike(plain, home)
        assert {drop.dataset_name for drop in home.drops() if drop.state == "merged"} == set(
            home.around.model.contracts
        )
        assert "distributed" in home.ask("SELECT DISTINCT executor FROM {onecrown_ops.batch}")


@pytest.mark.long
def test_the_second_week_of_every_contract_gives_the_same_rows_after_either_executor(
    tmp_path: Path, spark: Any
) -> None:
    in_turns(tmp_path, spark, None, [FIRST_WEEK, SECOND_WEEK], first_is_distributed=True)


@pytest.mark.long
def test_extracts_whose_batches_change_executor_give_the_rows_of_one(tmp_path: Path, spark: Any) -> None:
    in_turns(tmp_path, spark, cases_of_extracts(), EXTRACTS, first_is_distributed=False)


@pytest.mark.parametrize("first_is_distributed", [True, pytest.param(False, marks=pytest.mark.long)])
def test_shares_whose_batches_change_executor_give_the_rows_of_one(
    first_is_distributed: bool, tmp_path: Path, spark: Any
) -> None:
    in_turns(tmp_path, spark, slice_of_model(), SHARES, first_is_distributed)


def in_turns(
    folder: Path, spark: Any, model: Model | None, batches: list[list[File]], first_is_distributed: bool
) -> None:
    """Batches by one executor and then the other; each reads what the other wrote, deletes included."""
    with home_of_model(folder / "one", model) as plain, home_of_model(folder / "other", model) as home:
        both = Engines(home, folder / "other", spark)
        for number, files in enumerate(batches):
            plain.run(*files)
            (both.distributed if (number % 2 == 0) == first_is_distributed else both.embedded).run(*files)
            alike(plain, home)
        assert both.fingerprints() == embedded_fingerprints(home)
