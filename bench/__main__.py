"""`make bench`: every scenario, a table, and JSON beside it.

`python -m bench [SCENARIO…] [--size 0.1]`: size 1 is the issue's size; smaller ones are for a first look.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.measuring import Measured, measure
from bench.scenarios import SCENARIOS

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description="Records per CPU-second, peak memory, bytes written.")
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), choices=[*SCENARIOS, []])
    parser.add_argument("--size", type=float, default=1.0)
    said = parser.parse_args()
    with TemporaryDirectory(prefix="onecrown-bench-") as folder:
        results = [_shown(measure(name, Path(folder), said.size)) for name in said.scenarios or SCENARIOS]
    _table(results, said.size)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")


def _shown(result: Measured) -> Measured:
    Console(stderr=True).print(f"{result.name}: {result.cpu_seconds:.1f} CPU-seconds")
    return result


def _table(results: list[Measured], size: float) -> None:
    table = Table(title=f"size {size:g}", box=None)
    for column in ("scenario", "records", "CPU-s", "records/CPU-s", "peak MB", "also"):
        table.add_column(column, justify="left" if column in ("scenario", "also") else "right")
    for result in results:
        records = result.said.pop("records", 0)
        also = ", ".join(
            f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in result.said.items()
        )
        rate = records / result.cpu_seconds if result.cpu_seconds else 0
        table.add_row(
            result.name,
            f"{records:,}",
            f"{result.cpu_seconds:.2f}",
            f"{rate:,.0f}",
            f"{result.peak_megabytes:.0f}",
            also,
        )
    Console(width=200).print(table)


main()
