"""Which executor a batch is given, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.errors import SettingsError
from onecrown.flows.executors import DISTRIBUTED_FROM_BYTES, choose_executor
from tests.merging.builders import charges, extract, parents
from tests.merging.homes import Home, home_in

BOTH = ("embedded", "distributed")


@pytest.mark.parametrize(
    ("pending", "available", "chosen", "because"),
    [
        (0, BOTH, "embedded", "small enough for one machine"),
        (DISTRIBUTED_FROM_BYTES - 1, BOTH, "embedded", "small enough for one machine"),
        (DISTRIBUTED_FROM_BYTES, BOTH, "distributed", "or more"),
        (DISTRIBUTED_FROM_BYTES, ("embedded",), "embedded", "embedded is the executor here"),
        (1, ("distributed",), "distributed", "distributed is the executor here"),
    ],
)
def test_the_bytes_that_wait_choose_the_executor_where_there_is_a_choice(
    pending: int, available: tuple[str, ...], chosen: str, because: str
) -> None:
    executor, reason = choose_executor(pending, available)
    assert executor == chosen
    assert reason.startswith(f"{pending} bytes pending: ") and because in reason


def test_the_ledger_records_the_executor_of_every_batch_and_its_reason(tmp_path: Path) -> None:
    with home_in(tmp_path) as home:
        home.run(*parents("2026-01-05"), extract("charge", charges("A B"), "2026-01-05"))
        (batch,) = home.around.ledger.batches()
        assert batch.executor == "embedded"
        assert batch.reason.endswith("bytes pending: embedded is the executor here")
        assert home.ask("SELECT executor FROM {onecrown_ops.batch}") == ["embedded"]


def test_a_home_without_a_distributed_executor_says_so_and_leaves_the_drops_as_they_are(tmp_path: Path) -> None:
    from dataclasses import replace

    with home_in(tmp_path) as home:
        asked = Home(replace(home.around, executor="distributed", distributed=None))
        (drop,) = asked.receive(extract("charge", charges("A"), "2026-01-05"))
        with pytest.raises(SettingsError, match="--executor embedded"):
            asked.merge()
        assert asked.drop(drop.drop_id).state == "validated"
        assert not asked.around.ledger.batches()
