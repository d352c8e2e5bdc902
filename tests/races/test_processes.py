"""Processes that merge overlapping drops into one home at once: nothing lost, nothing twice, with the lease and without it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from onecrown.ports import MERGED
from tests.crashes.faults import left_over, orphans, watched_home
from tests.merging.builders import File, cases, extract
from tests.merging.homes import balances

ROOT = Path(__file__).parents[2]
RECEIPTS = ("", "/G", "/EW")


def overlapping(weeks: int, rows: int) -> list[File]:
    """Weekly lists of the same cases: each week a third of them changes, some go and some come."""
    return [
        extract("case", cases(" ".join(f"{n}{RECEIPTS[(n + week) % 3]}" for n in range(week, rows + week))), on)
        for week, on in enumerate(f"2026-{1 + week // 4:02}-{1 + 7 * (week % 4):02}" for week in range(weeks))
    ]


def start(folder: Path, duty: str, lease: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.races.worker", str(folder), duty, lease]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def raced(folder: Path, processes: int, duty: str, lease: str) -> list[dict[str, int]]:
    """Let them go at the same moment; what each of them did."""
    started = [start(folder, duty, lease) for _ in range(processes)]
    try:
        for process in started:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate()[0] for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0] * processes
    return [json.loads(said) for said in told]


def assert_as_loaded_once(
    folder: Path, files: list[File], processes: int, duty: str, lease: str
) -> list[dict[str, int]]:
    with watched_home(folder / "raced") as home:
        home.deliver(*files) if duty == "run" else home.receive(*files)
    did = raced(folder / "raced", processes, duty, lease)
    print(f"{processes} processes, {lease}, {duty}: {did}")
    with watched_home(folder / "raced") as home, watched_home(folder / "once") as once:
        once.run(*files)
        assert home.dump() == once.dump()
        assert {drop.state for drop in home.drops()} == {MERGED}
        assert all(balances(drop) for drop in home.drops())
        finished = [drop_id for batch in home.around.ledger.batches() for drop_id in batch.drop_ids]
        assert sorted(finished) == sorted(drop.drop_id for drop in home.drops())
        assert home.ask("SELECT count(*), count(DISTINCT batch_id) FROM {onecrown_ops.batch}") == [
            f"{len(home.around.ledger.batches())} | {len(home.around.ledger.batches())}"
        ]
        assert left_over(folder / "raced", home) <= orphans(home)
    return did


def test_two_processes_without_a_lease_lose_and_double_nothing(tmp_path: Path) -> None:
    assert_as_loaded_once(tmp_path, overlapping(4, 500), 2, "merge", "free")


@pytest.mark.long
@pytest.mark.parametrize("processes", [2, 4, 8])
def test_processes_without_a_lease_redo_and_lose_and_double_nothing(tmp_path: Path, processes: int) -> None:
    did = assert_as_loaded_once(tmp_path, overlapping(10, 600), processes, "merge", "free")
    assert sum(said["redone"] for said in did) > 0


@pytest.mark.long
@pytest.mark.parametrize("processes", [2, 4, 8])
def test_processes_with_the_lease_never_redo(tmp_path: Path, processes: int) -> None:
    did = assert_as_loaded_once(tmp_path, overlapping(10, 600), processes, "merge", "leased")
    assert sum(said["redone"] for said in did) == 0


@pytest.mark.long
@pytest.mark.parametrize("lease", ["free", "leased"])
def test_processes_that_receive_and_merge_at_once_lose_and_double_nothing(tmp_path: Path, lease: str) -> None:
    assert_as_loaded_once(tmp_path, overlapping(8, 400), 4, "run", lease)
