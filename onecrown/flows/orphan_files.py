"""Files that nothing names: left by a crash, by a conflict, or by snapshots that have expired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import rmtree

from onecrown.file_ports import JudgedFiles
from onecrown.flows.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file, or a folder of files, that nothing names: where it is, its bytes, and what removes it for good."""

    name: str
    bytes: int
    touched_at: datetime
    remove: Callable[[], None]


def find_orphans(home: Surroundings, older_than: timedelta) -> list[Orphan]:
    """Files and folders of a home that nothing reaches and that have not been touched for so long.

    In the warehouse: files that no kept metadata of a table reaches. Under validated and quarantine: folders that no drop
    names. In scratch: everything. What is young may belong to somebody at work, who names it when done.
    """
    newest = home.now() - older_than
    found = [*_unreached(home), *_unnamed(home), *_left_in(home.scratch)]
    return [orphan for orphan in found if orphan.touched_at <= newest]


def _unreached(home: Surroundings) -> Iterator[Orphan]:
    """Files are listed before metadata is read: one that is committed in between is reached."""
    upkeep = home.tables.upkeep()
    files = list(upkeep.files())
    reached = upkeep.reached()
    for file in files:
        if file.name not in reached:
            yield Orphan(file.name, file.bytes, file.touched_at, partial(upkeep.remove, [file.name]))


def _unnamed(home: Surroundings) -> Iterator[Orphan]:
    """Folders are listed before the ledger is read: one that is named in between is named."""
    found = [*_folders("validated", home.validated), *_folders("quarantine", home.quarantine)]
    named = {prefix for drop in home.ledger.drops() for prefix in (drop.prefix, drop.standing, drop.told)}
    return (orphan for orphan in found if orphan.name.partition("/")[2] not in named)


def _folders(store: str, judged: JudgedFiles) -> list[Orphan]:
    return [
        Orphan(f"{store}/{one.name}", one.bytes, one.touched_at, partial(judged.remove, one.name))
        for one in judged.prefixes()
    ]


def _left_in(scratch: Path) -> Iterator[Orphan]:
    for path in sorted(scratch.iterdir()) if scratch.is_dir() else ():
        try:
            inside = [(one, one.stat()) for one in (path, *path.rglob("*"))]
        except FileNotFoundError:
            continue  # it has just gone
        size = sum(said.st_size for one, said in inside if one.is_file())
        touched_at = datetime.fromtimestamp(max(said.st_mtime for _, said in inside), UTC)
        yield Orphan(str(path), size, touched_at, partial(_remove, path))


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
