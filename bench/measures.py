"""`make bench-measures`: what a refresh of the measures costs after a drop of some thousand cases, against counting everything anew.

`python -m bench.measures [--scale 0.005] [--home FOLDER] [--cases 1000]`: a home is made of synthetic cases, or a loaded one is copied. Files are
withdrawn until they hold so many cases; that batch is a real one, whose rows go and whose cases are counted again.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measuring import Stopwatch, peak_megabytes
from onecrown.cli.home import open_home
from onecrown.flows import refresh_measures as refreshing
from onecrown.flows.act_on_drops import withdraw_drop
from onecrown.flows.count_anew import count_anew
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import ON_DEMAND, WITH_BATCH, Surroundings
from onecrown.ports import MERGED
from onecrown.synthesis.synthesise import Wanted, synthesise

DATASET = "common_platform/hearing_resulted"
_FIRST, _LAST = date(2016, 1, 1), date(2025, 12, 31)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description="A refresh of the measures against counting everything.")
    parser.add_argument("--scale", type=float, default=0.005)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--cases", type=int, default=1000)
    said = parser.parse_args()
    with TemporaryDirectory(prefix="onecrown-bench-") as folder, open_home(_made(Path(folder), said)) as home:
        _show(_measured(home, said.cases))


def _made(folder: Path, said: argparse.Namespace) -> Path:
    """A home with cases, copied or made."""
    home = folder / "home"
    if said.home:
        shutil.copytree(said.home, home)
        return home
    synthesise(folder / "made", Wanted(said.scale, 7, _FIRST, _LAST, 2, False))
    drops = folder / "made" / "drops"
    with open_home(home) as opened:
        around = replace(opened, measures_when=ON_DEMAND)
        for path in sorted(file for file in drops.rglob("*") if file.is_file()):
            around.landing.deliver(path.relative_to(drops).as_posix(), path, None)
        receive_arrivals(around, around.landing.arrivals())
        merge_pending(around)
    return home


def _measured(home: Surroundings, cases: int) -> list[tuple[str, int, float, float]]:
    """Rows of what, cases, CPU-seconds, peak in megabytes."""
    home.tables.ensure()
    with Stopwatch() as whole:
        count_anew(home)
    rows = [("everything", _cases(home), whole.cpu, peak_megabytes())]
    withdrawn = _withdraw(home, cases)
    with _timed() as parts, Stopwatch() as batch:
        merge_pending(replace(home, measures_when=WITH_BATCH))
    rows.append(("the refresh after a batch", parts["cases"], parts["cpu"], peak_megabytes()))
    rows.append((f"the whole batch, {withdrawn} files withdrawn", parts["cases"], batch.cpu, peak_megabytes()))
    return rows


def _cases(home: Surroundings) -> int:
    with home.engine() as con:
        relation = home.tables.relation("onecrown_measures.counted_case")
        return int((con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,))[0])


def _withdraw(home: Surroundings, cases: int) -> int:
    """Withdraw files until so many cases were told by them; how many files."""
    told = count = 0
    for drop in home.ledger.drops((MERGED,)):
        if drop.dataset_name == DATASET and told < cases:
            told += drop.counts.get("case", {}).get("accepted", 0)
            count += 1
            withdraw_drop(home, drop.drop_id, "bench")
    return count


@contextmanager
def _timed() -> Iterator[dict[str, Any]]:
    """The CPU-seconds of the refreshes of a batch, and how many cases they were told were touched."""
    done, original = {"cpu": 0.0, "cases": 0}, refreshing.refresh_measures

    def timed(home: Surroundings, batch_id: str, touched: Any) -> None:
        with Stopwatch() as watch:
            original(home, batch_id, touched)
        done["cpu"] += watch.cpu
        done["cases"] += len(touched.case_ids()) if touched else 0

    refreshing.refresh_measures = timed
    try:
        yield done
    finally:
        refreshing.refresh_measures = original


def _show(rows: list[tuple[str, int, float, float]]) -> None:
    table = Table(box=None)
    for column in ("what", "cases", "CPU-s", "peak MB"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for what, cases, cpu, peak in rows:
        table.add_row(what, f"{cases:,}", f"{cpu:.2f}", f"{peak:.0f}")
    Console(width=100).print(table)
    Console(width=100).print(f"counting everything costs {rows[0][2] / rows[1][2]:.1f} times the refresh")


if __name__ == "__main__":
    main()
