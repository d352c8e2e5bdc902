"""Where the sample files are, and how a test judges them or takes them through a home."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from onecrown.adapters.memory_tables import MemoryTables
from onecrown.cli.home import open_home
from onecrown.definitions.model import load_model
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.receiving.landing_key import meaning_of, parse_landing_key
from onecrown.receiving.receipt import Receipt, Sent, receive
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources, connection

SAMPLES = Path(os.environ.get("ONECROWN_SAMPLES", Path(__file__).parents[2].parent / "shared" / "samples"))
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the suppliers' sample files are not here; ONECROWN_SAMPLES says where they are"
)

_FOLDERS = {
    "common_platform/hearing_resulted": [
        "common_platform/hearing_resulted",
        "common_platform/hearing_resulted_2026",
        "common_platform/hearing_reshared",
    ],
    "common_platform/migrated_case": ["common_platform/migrated_case"],
    "libra/resulted_case": ["libra/resulted_case_spi", "libra/resulted_case_spi_from_cp"],
    "libra/daily_court_list": ["libra/daily_court_list"],
    "reference/standing_data": ["reference/standing_data", "reference/standing_data/input"],
}
DATASETS = tuple(_FOLDERS)
EXTRACT_DATE = "2026-01-15T10:00:00Z"


def sample_files(dataset: str) -> list[Path]:
    """Every sample file of a dataset; expected views and other folders below are none of them."""
    return [path for folder in _FOLDERS[dataset] for path in sorted((SAMPLES / folder).iterdir()) if path.is_file()]


def landing_key(dataset: str, file: Path, extract_date: str = EXTRACT_DATE) -> str:
    """Where a file is landed; events carry their own time."""
    return (
        f"{dataset}/{file.name}"
        if dataset == "common_platform/hearing_resulted"
        else f"{dataset}/extract_date={extract_date}/{file.name}"
    )


@dataclass(frozen=True)
class Judged:
    """What became of sample files: the receipt, accepted keys and reasons of quarantine by file and record type."""

    receipt: Receipt
    accepted: dict[str, dict[str, int]]
    quarantined: dict[str, dict[tuple[str, str], int]]


def judge(dataset: str, files: Sequence[Path], folder: Path) -> Judged:
    """Parse and judge files, each a drop of its own."""
    contract = load_model().contracts[dataset]
    keys = {file: parse_landing_key(landing_key(dataset, file)) for file in files}
    sent = [Sent(file.name, key, meaning_of(key, contract), file) for file, key in keys.items()]
    scratch, out = folder / "scratch", folder / "out"
    scratch.mkdir(parents=True)
    with connection(Resources(), scratch) as con:
        receipt = receive(con, contract, sent, (out, out), scratch, b"a key for tests")
        accepted: dict[str, dict[str, int]] = {file.name: {} for file in files}
        for record_type in receipt.judgement.types:
            for drop, count in _accepted_keys(con, out / f"{record_type}.parquet"):
                accepted[drop][record_type] = count
        quarantined: dict[str, dict[tuple[str, str], int]] = {}
        for drop, record_type, rule, count in con.execute(
            "SELECT drop_id, record_type, rule, count(*) FROM quarantine GROUP BY ALL"
        ).fetchall():
            quarantined.setdefault(drop, {})[record_type, rule] = count
    return Judged(receipt, accepted, quarantined)


def _accepted_keys(con: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, int]]:
    return con.execute(
        "SELECT _drop, count(DISTINCT _key) FROM read_parquet(?) WHERE _rejects = '' GROUP BY _drop", [str(path)]
    ).fetchall()


@contextmanager
def loaded_home(
    folder: Path, deliveries: Sequence[tuple[str, Path]], batches: int = 1, in_memory: bool = False
) -> Iterator[Surroundings]:
    """A home that has taken deliveries from arrival to unified tables, in so many runs; its tables may be in memory."""
    folder.mkdir(parents=True)
    (folder / "pseudonym.key").write_text("0b" * 32 + "\n", encoding="ascii")
    (folder / "pseudonym.key").chmod(0o600)
    size = -(-len(deliveries) // batches)
    with open_home(folder) as opened:
        tables = MemoryTables(folder / "tables", table_layouts(opened.model)) if in_memory else opened.tables
        home = replace(opened, tables=tables, resources=Resources("1GB", threads=1))
        for start in range(0, len(deliveries), size):
            for key, file in deliveries[start : start + size]:
                home.landing.deliver(key, file)
            receive_arrivals(home, home.landing.arrivals())
            merge_pending(home)
        yield home


def table_rows(home: Surroundings) -> dict[str, list[tuple[str, str]]]:
    """Ids and row hashes of every unified table, sorted."""
    with home.engine() as con:
        tables = PublishedTables(home, con)
        return {
            entity.name: con.execute(
                f'SELECT "{entity.key_column}", hex(row_hash) FROM {tables.read(f"onecrown.{entity.name}")} ORDER BY ALL'
            ).fetchall()
            for entity in home.model.entities.values()
        }


def queried(home: Surroundings, sql: str) -> list[tuple]:
    """Rows of a statement in which {table} stands for a unified table."""
    with home.engine() as con:
        tables = PublishedTables(home, con)
        named = {entity: tables.read(f"onecrown.{entity}") for entity in home.model.entities}
        return con.execute(sql.format(**named)).fetchall()
