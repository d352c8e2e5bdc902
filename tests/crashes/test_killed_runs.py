"""`onecrown run`, killed at random moments, again and again: what a home loaded once holds, and nothing that stays behind."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onecrown.ports import MERGED
from tests.merging.builders import File, Result, Share, cases, extract
from tests.merging.homes import Home, balances

from .faults import left_over, orphans, watched_home

ROOT = Path(__file__).parents[2]
KILLS = 50
MOST_RUNS = 400
DELIVERIES = 25


def delivery(number: int) -> list[File]:
    """A weekly list, and a share of a hearing day, with something changed since the last."""
    on = f"2026-{1 + number // 4:02}-{1 + 7 * (number % 4):02}"
    listed = cases(
        " ".join(f"{letter}/{'G' if (number + place) % 3 else 'EW'}" for place, letter in enumerate("ABCDEF"))
    )
    results = [Result("Fine", 1), Result("Costs", 2 + number)]
    return [extract("case", listed, on), Share(f"{on}T10:00:00.000Z", results).file(f"{number}.json")]


def run(folder: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "onecrown.cli", "--home", str(folder), "run"]
    around = {**os.environ, "ONECROWN_WAIT_SECONDS": "0"}
    with said_in(folder).open("wb") as said:
        return subprocess.Popen(words, cwd=ROOT, env=around, stdout=said, stderr=said)


def said_in(folder: Path) -> Path:
    return folder.with_suffix(".txt")


def killed(folder: Path, after_seconds: float | None) -> float | None:
    """Kill a run after a while; where it came to its end before, the seconds that it took."""
    began, process = time.monotonic(), run(folder)
    try:
        ended = process.wait(after_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None
    assert ended == 0, said_in(folder).read_text(encoding="utf-8")[-2000:]
    return time.monotonic() - began


def read(folder: Path) -> tuple[str, list[tuple[str, str]]]:
    with watched_home(folder) as home:
        return home.dump(), sorted((drop.drop_id, drop.state) for drop in home.drops())


def assert_in_order(folder: Path, home: Home) -> int:
    """Balanced, merged, and nothing on disk that maintenance would not remove; give how many files it would."""
    assert {drop.state for drop in home.drops()} == {MERGED}
    assert all(balances(drop) for drop in home.drops())
    left = left_over(folder, home)
    assert left <= orphans(home)
    return len(left)


@pytest.mark.long
def test_runs_killed_fifty_times_lose_and_double_nothing(tmp_path: Path) -> None:
    folder, moments = tmp_path / "killed", random.Random(20260105)  # noqa: S311 - any moments will do, the same each time
    kills, runs, waiting, whole = 0, 0, list(range(DELIVERIES)), 0.0
    while kills < KILLS or waiting:
        assert runs < MOST_RUNS, "too few runs were killed"
        with watched_home(folder) as home:
            home.deliver(*delivery(waiting.pop(0) if waiting else 0))
        took = killed(folder, moments.uniform(0.2, 1.0) * whole if whole else None)
        runs, kills, whole = runs + 1, kills + (took is None), took or whole
    assert run(folder).wait() == 0
    with watched_home(folder) as home:
        left = assert_in_order(folder, home)
        batches = len(home.around.ledger.batches())
    with watched_home(tmp_path / "once") as once:
        once.deliver(*(file for number in range(DELIVERIES) for file in delivery(number)))
    assert run(tmp_path / "once").wait() == 0
    assert read(folder) == read(tmp_path / "once")
    print(
        f"{kills} kills in {runs} runs, the last whole one of {whole:.1f} s, {batches} batches; {left} files for maintenance"
    )
