"""`make bench-merge`: the merge of drops into targets, against the floor; a table, and JSON beside it.

`python -m bench.merge [--size 0.01] [--folder FOLDER] [--series] [--peers PYTHON]`: size 1 is targets of 1, 5, 10 and 50
million rows; a folder keeps the targets for the next time; a series is a hundred successive drops and 5,000 drops of one
event; PYTHON is of an environment with the packages of `bench/merge/peers.txt`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measuring import measure

RESULTS = Path(__file__).parents[1] / "results"
MILLION = 1_000_000
TARGETS = (1 * MILLION, 5 * MILLION, 10 * MILLION, 50 * MILLION)
DROPS = (10_000, 200_000, 2 * MILLION)
SHAPES = ("spread", "clustered")
HALF = 5 * MILLION  # measured with one drop alone, to tell what doubling a table does to it
COMPARED = (10 * MILLION, 200_000, "spread")
EVENTS = "events_one_a_file"
PEERS = ("pyiceberg_upsert", "lake_writer_upsert", "spark_merge")
BYTES_A_ROW = 400


@dataclass(frozen=True, slots=True)
class Result:
    """What one run cost."""

    what: str
    target: int
    drop: int
    shape: str
    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float
    written_megabytes: float
    said: dict[str, Any]


def main() -> None:
    """Measure and show."""
    said = _arguments()
    with TemporaryDirectory(prefix="onecrown-bench-merge-") as scratch:
        folder = said.folder or Path(scratch)
        results: list[Result] = []
        for target in TARGETS:
            for result in _of_target(said, folder, target):
                results.append(_shown(result))
                _keep(results, said.size)
        if said.series:
            results.append(_shown(_events(folder, said.size)))
            _keep(results, said.size)
    _table(results, said.size)


def _keep(results: list[Result], size: float) -> None:
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"size": size, "runs": [asdict(result) for result in results]}, indent=1)
    (RESULTS / "merge.json").write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU-seconds, peak memory and bytes written of a merge.")
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--peers", type=Path, help="the Python of an environment with the peers")
    parser.add_argument("--series", action="store_true", help="also a hundred successive drops, and drops of one event")
    parser.add_argument("--drops", type=int, nargs="*", default=DROPS, help="drops of so many records only, at size 1")
    parser.add_argument("--most", type=int, default=TARGETS[-1], help="no larger target than so many rows, at size 1")
    return parser.parse_args()


def _of_target(said: argparse.Namespace, folder: Path, target: int) -> Iterator[Result]:
    """Every run over one target."""
    rows, home = int(target * said.size), folder / str(int(target * said.size))
    if target > said.most or not _fits(folder, rows):
        Console(stderr=True).print(f"left out: a target of {rows:,} rows")
        return
    for drop, shape in _cases(said.drops, target):
        yield from _of_drop(said, home, (rows, int(drop * said.size), shape), (target, drop, shape) == COMPARED)
    if said.series and target == COMPARED[0]:
        yield from _runs(home, ("series",), (rows, int(DROPS[0] * said.size), "spread"))
    if said.folder is None:
        shutil.rmtree(home)


def _cases(drops: Iterable[int], target: int) -> list[tuple[int, str]]:
    """The drops and shapes of a target."""
    cases = [(drop, shape) for drop in drops for shape in SHAPES if drop <= target]
    return cases if target != HALF else [case for case in cases if case == (DROPS[0], "clustered")]


def _events(folder: Path, size: float) -> Result:
    """Drops of one event each, received and merged as one run: a scenario of `make bench`."""
    said = measure(EVENTS, folder, size)
    figures = (round(said.cpu_seconds, 3), round(said.wall_seconds, 3), round(said.peak_megabytes, 1))
    return Result(EVENTS, 0, said.said["records"], "one each", *figures, 0.0, said.said)


def _of_drop(said: argparse.Namespace, home: Path, case: tuple[int, int, str], compared: bool) -> Iterator[Result]:
    yield from _runs(home, ("floor", "merge"), case)
    if compared and said.peers:
        for peer in PEERS:
            _run([sys.executable, "-m", "bench.merge.runs"], "mapped", home, case)
            try:
                yield _result(peer, case, _run([str(said.peers), "-m", "bench.merge.peers"], peer, home, case))
            except SystemExit as failed:  # a peer that cannot run here stops no other
                Console(stderr=True).print(str(failed))


def _runs(home: Path, names: tuple[str, ...], case: tuple[int, int, str]) -> Iterator[Result]:
    command = [sys.executable, "-m", "bench.merge.runs"]
    _run(command, "build", home, case)
    for name in names:
        yield _result(name, case, _run(command, name, home, case))


def _run(command: list[str], what: str, home: Path, case: tuple[int, int, str]) -> dict[str, Any]:
    target, drop, shape = case
    done = subprocess.run(
        [*command, what, str(home), str(target), str(drop), shape], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{what} of {case} failed:\n{done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def _result(what: str, case: tuple[int, int, str], said: dict[str, Any]) -> Result:
    cpu, wall, peak, written = (said.pop(name) for name in ("cpu", "wall", "peak", "bytes"))
    return Result(what, *case, round(cpu, 3), round(wall, 3), round(peak, 1), round(written / 1e6, 2), said)


def _fits(folder: Path, rows: int) -> bool:
    """Whether a target has room twice over."""
    return shutil.disk_usage(folder if folder.exists() else folder.parent).free > 2 * rows * BYTES_A_ROW


def _shown(result: Result) -> Result:
    case = f"{result.drop:,} {result.shape} into {result.target:,}"
    Console(stderr=True).print(f"{result.what} of {case}: {result.cpu_seconds:.2f} CPU-seconds")
    return result


def _table(results: list[Result], size: float) -> None:
    table = Table(title=f"size {size:g}", box=None)
    for column in ("target", "drop", "shape", "what", "CPU-s", "x floor", "wall s", "peak MB", "written MB", "also"):
        table.add_column(column, justify="left" if column in ("shape", "what", "also") else "right")
    floors = {(r.target, r.drop, r.shape): r.cpu_seconds for r in results if r.what == "floor"}
    for r in results:
        floor = floors.get((r.target, r.drop, r.shape))
        ratio = f"{r.cpu_seconds / floor:.1f}" if floor else ""
        figures = (f"{r.cpu_seconds:.2f}", ratio, f"{r.wall_seconds:.2f}", f"{r.peak_megabytes:.0f}")
        also = ", ".join(f"{name} {said:.3g}" for name, said in r.said.items() if isinstance(said, float))
        table.add_row(f"{r.target:,}", f"{r.drop:,}", r.shape, r.what, *figures, f"{r.written_megabytes:.1f}", also)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
