"""Files that nothing names: left by a crash, by a conflict, or by snapshots that have expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from onecrown.flows.surroundings import Surroundings


def find_orphans(home: Surroundings, older_than: timedelta) -> list[Path]:
    """Files and folders of a home that nothing reaches and that have not been touched for so long.

    In the warehouse: files that no kept metadata of a table reaches. Under validated and quarantine: folders that no drop
    names. In scratch: everything. What is young may belong to somebody at work, who names it when done.
    """
    newest = (home.now() - older_than).timestamp()
    found = [*_unreached(home), *_unnamed(home), *_children(home.scratch)]
    return [path for path in found if _touched_at(path) <= newest]


def bytes_of(path: Path) -> int:
    """The bytes of a file, or of every file in a folder."""
    return sum(one.stat().st_size for one in (path, *path.rglob("*")) if one.is_file())


def _unreached(home: Surroundings) -> Iterator[Path]:
    """Files are listed before metadata is read: one that is committed in between is reached."""
    upkeep = home.tables.upkeep()
    files = list(upkeep.files())
    reached = upkeep.reached()
    return (path for path in files if path not in reached)


def _unnamed(home: Surroundings) -> Iterator[Path]:
    folders = [*_children(home.validated), *_children(home.quarantine)]
    named = {prefix for drop in home.ledger.drops() for prefix in (drop.prefix, drop.standing, drop.told)}
    return (folder for folder in folders if folder.name not in named)


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _touched_at(path: Path) -> float:
    """When a file, or anything in a folder, was last written; for ever young where it has just gone."""
    try:
        return max(one.stat().st_mtime for one in (path, *path.rglob("*")))
    except FileNotFoundError:
        return float("inf")
