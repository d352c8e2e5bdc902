"""A home over the bench's model, whose target is built once and restored after every run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.merge.numbered import bench_model
from onecrown.adapters.folder_landing import FolderLanding
from onecrown.adapters.folder_releases import FolderReleases, ManifestViews
from onecrown.adapters.folders import Folders
from onecrown.adapters.local_tables import open_local_tables
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.flows.surroundings import Surroundings
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources

PSEUDONYM_KEY = bytes(range(32))
_DATABASES = ("catalog.db", "ledger.db")


@contextmanager
def bench_home(folder: Path, memory: str = "400MB") -> Iterator[Surroundings]:
    """Open a home over the bench's model, and its tables at once: loading the catalogue's libraries is no merge."""
    model = bench_model()
    (folder / "landing").mkdir(parents=True, exist_ok=True)
    ledger = SqliteLedger(folder / "ledger.db")
    tables = open_local_tables(folder / "catalog.db", folder / "warehouse", table_layouts(model))
    try:
        yield Surroundings(
            model=model,
            landing=FolderLanding(folder / "landing"),
            ledger=ledger,
            tables=tables,
            validated=Folders(folder / "validated"),
            quarantine=Folders(folder / "quarantine"),
            releases=FolderReleases(folder / "releases"),
            views=ManifestViews(),
            scratch=folder / "scratch",
            pseudonym_key=PSEUDONYM_KEY,
            resources=Resources(memory),
        )
    finally:
        ledger.close()
        tables.close()


def keep_as_built(home: Path) -> None:
    """Keep the databases and the tables' metadata of a home beside it."""
    kept = _kept(home)
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for name in _DATABASES:
        shutil.copy2(home / name, kept / name)
    for folder in (home / "warehouse").rglob("metadata"):
        shutil.copytree(folder, kept / folder.relative_to(home))
    (kept / "data.txt").write_text("\n".join(sorted(_data_files(home))), encoding="utf-8")


def restore(home: Path) -> None:
    """Put a home back as it was built."""
    kept = _kept(home)
    for name in _DATABASES:
        for beside in home.glob(f"{name}*"):
            beside.unlink()
        shutil.copy2(kept / name, home / name)
    built = set((kept / "data.txt").read_text(encoding="utf-8").splitlines())
    for path in _data_files(home) - built:
        (home / path).unlink()
    for folder in list((home / "warehouse").rglob("metadata")):
        shutil.rmtree(folder)
    for folder in kept.rglob("metadata"):
        shutil.copytree(folder, home / folder.relative_to(kept))
    for name in ("validated", "scratch"):
        shutil.rmtree(home / name, ignore_errors=True)


def is_built(home: Path) -> bool:
    """Whether a home stands with its target."""
    return (_kept(home) / "data.txt").exists()


def bytes_of(home: Path) -> int:
    """Bytes in the warehouse of a home."""
    return sum(path.stat().st_size for path in (home / "warehouse").rglob("*") if path.is_file())


def _kept(home: Path) -> Path:
    return home.with_name(f"{home.name}.as-built")


def _data_files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in (home / "warehouse").rglob("*.parquet")}
