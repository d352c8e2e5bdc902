"""What several tests look at is made once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from onecrown.cli.home import open_home
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.ports import Drop
from onecrown.synthesis.synthesise import Made, Wanted, synthesise

HALF_A_YEAR = Wanted(0.0005, 7, date(2025, 7, 1), date(2025, 12, 31), extracts=1)


@dataclass(frozen=True, slots=True)
class Received:
    """What receiving made of every file, and where: the drops, and how often each rule set aside or flagged a record."""

    home: Path
    drops: list[Drop]
    set_aside: Counter[str]
    flagged: Counter[str]


@dataclass(frozen=True, slots=True)
class Synthetic:
    folder: Path
    made: Made

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of SQL in which a table of the truth is its name in brackets."""
        for table in (self.folder / "truth").glob("*.parquet"):
            sql = sql.replace(f"[{table.stem}]", f"read_parquet('{table}')")
        return rows_of(sql)

    def planted(self, seen: str) -> Counter[str]:
        rows = self.ask(f"SELECT rule, count(*) FROM [fault] WHERE seen = '{seen}' GROUP BY rule")
        return Counter({str(rule): int(str(count)) for rule, count in rows})

    def files(self) -> dict[str, bytes]:
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="session")
def half_a_year(tmp_path_factory: pytest.TempPathFactory) -> Synthetic:
    folder = tmp_path_factory.mktemp("half-a-year") / "out"
    return Synthetic(folder, synthesise(folder, HALF_A_YEAR))


@pytest.fixture(scope="session")
def ten_years(tmp_path_factory: pytest.TempPathFactory) -> Synthetic:
    """The truth of all the quarters, without files."""
    folder = tmp_path_factory.mktemp("ten-years") / "out"
    return Synthetic(folder, synthesise(folder, Wanted(0.004, 3, truth_only=True)))


@pytest.fixture(scope="session")
def received(half_a_year: Synthetic, tmp_path_factory: pytest.TempPathFactory) -> Received:
    drops = half_a_year.folder / "drops"
    home = tmp_path_factory.mktemp("home")
    with open_home(home) as opened:
        for path in sorted(drops.rglob("*")):
            if path.is_file():
                opened.landing.deliver(path.relative_to(drops).as_posix(), path)
        receive_arrivals(opened, opened.landing.arrivals())
        found = opened.ledger.drops()
    return Received(home, found, _rules(home, "quarantine.parquet"), _rules(home, "flags.parquet"))


def _rules(home: Path, name: str) -> Counter[str]:
    files = [str(path) for path in home.rglob(name)]
    if not files:
        return Counter()
    return Counter(dict(rows_of(f"SELECT rule, count(*) FROM read_parquet({files}) GROUP BY rule")))


def rows_of(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a SELECT, over a connection of its own: others may have left the shared one in the middle of a result."""
    with duckdb.connect() as con:
        return con.execute(sql).fetchall()
