"""One run in a process of its own: `python -m bench.merge.runs WHAT FOLDER TARGET DROP SHAPE` ends with a line of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.measuring import Stopwatch, peak_megabytes
from bench.merge.drops import Shape, Wanted, put_drop, put_mapped
from bench.merge.floor import floor
from bench.merge.homes import bench_home, bytes_of, is_built, restore
from bench.merge.numbered import RECORD_TYPE
from bench.merge.targets import build_target
from onecrown.flows.maintain_tables import maintain_tables
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import Keeping

Said = dict[str, Any]
SERIES, MAINTAINED_EVERY, AVERAGED = 100, 10, 5


def build(folder: Path, wanted: Wanted) -> Said:
    """Build the target, if it does not stand, and put a drop into it: none of it is measured."""
    folder.mkdir(parents=True, exist_ok=True)
    if not is_built(folder):
        build_target(folder, wanted.target)
    restore(folder)
    with bench_home(folder) as home:
        put_drop(home, wanted)
    return {}


def mapped(folder: Path, wanted: Wanted) -> Said:
    """Restore the target, and put the drop's unified rows beside it for the peers."""
    restore(folder)
    with bench_home(folder) as home:
        put_mapped(home, wanted, folder / "mapped.parquet")
    return {}


def measured_floor(folder: Path, wanted: Wanted) -> Said:
    """The floor of a drop."""
    with bench_home(folder) as home:
        home.scratch.mkdir(exist_ok=True)
        with Stopwatch() as watch:
            floor(home, wanted)
        written = (home.scratch / "floor.parquet").stat().st_size
    return {**_cost(watch), "bytes": written}


def merge(folder: Path, wanted: Wanted) -> Said:
    """The merge of a drop, from its judged records to the published batch; the books must be right."""
    before = bytes_of(folder)
    with bench_home(folder) as home:
        with Stopwatch() as watch:
            merge_pending(home)
        _assert_books(home, wanted)
    return {**_cost(watch), "bytes": bytes_of(folder) - before}


def series(folder: Path, wanted: Wanted) -> Said:
    """A hundred successive drops, with maintenance between: what each cost, and what the maintenance did.

    The floor of the first and of the last of them tells how much the machine, and the table as it grew, made of it.
    """
    cpu: list[float] = []
    upkeep: list[float] = []
    floors: list[float] = []
    with bench_home(folder) as home:
        for turn in range(1, SERIES + 1):
            each = Wanted(wanted.rows, wanted.target, wanted.shape, turn)
            if turn > 1:
                put_drop(home, each)
            if turn <= AVERAGED or turn > SERIES - AVERAGED:
                floors.append(_cpu_of(partial(floor, home, each)))
            cpu.append(_cpu_of(partial(merge_pending, home)))
            if turn % MAINTAINED_EVERY == 0:
                upkeep.append(_cpu_of(partial(maintain_tables, home, Keeping())))
    said = {"each": cpu, "maintenance": upkeep, "last_to_first": _growth(cpu), "floor_last_to_first": _growth(floors)}
    return {"cpu": sum(cpu), "wall": 0.0, "peak": peak_megabytes(), "bytes": 0, **said}


def _cpu_of(work: Callable[[], object]) -> float:
    with Stopwatch() as watch:
        work()
    return round(watch.cpu, 3)


def _growth(cpu: list[float]) -> float:
    """What the last few cost, by what the first few did."""
    return round(sum(cpu[-AVERAGED:]) / sum(cpu[:AVERAGED]), 3)


def _cost(watch: Stopwatch) -> Said:
    return {"cpu": watch.cpu, "wall": watch.wall, "peak": peak_megabytes()}


def _assert_books(home: Surroundings, wanted: Wanted) -> None:
    """Half of the records change what stands, half are new; nothing else."""
    drop = home.ledger.drop(wanted.drop_id)
    said = drop.counts[RECORD_TYPE] if drop else {}
    changed, new = wanted.rows - wanted.rows // 2, wanted.rows // 2
    if (said.get("changed"), said.get("new")) != (changed, new):
        raise SystemExit(f"the books of {wanted.drop_id} are wrong: {said}")


RUNS: dict[str, Callable[[Path, Wanted], Said]] = {
    "build": build,
    "mapped": mapped,
    "floor": measured_floor,
    "merge": merge,
    "series": series,
}


def main() -> None:
    """Run one and say what it cost."""
    what, folder, target, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    shape: Shape = "clustered" if sys.argv[5] == "clustered" else "spread"
    print(json.dumps(RUNS[what](folder, Wanted(rows, target, shape))))


if __name__ == "__main__":
    main()
